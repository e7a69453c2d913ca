import type { Interfaces } from '@oclif/core';
import { BaseCommand, type Examples } from '../cli/base-command.ts';
import { logLevelOf } from '../cli/engine-options.ts';
import { EXIT_OK } from '../cli/exit-codes.ts';
import { flagsOf } from '../cli/flags.ts';
import { REDIS_STARTUP_MS, serve } from '../cli/serve.ts';
import { gatewaySection } from '../config/settings/gateway.ts';

export default class Gateway extends BaseCommand {
  static override summary: string = 'Run a gateway: the door clients stream through.';
  static override description: string =
    'It finds a worker for each session and carries audio and text between the two. The first SIGTERM or SIGINT drains it: no new session, exit 0 once the running ones are gone, 12 past --drain-timeout. The second ends it at once.';
  static override examples: Examples = [
    { description: 'On the usual port:', command: 'rt gateway' },
    { description: 'Two addresses:', command: 'rt gateway --listen 127.0.0.1:8000 --listen 127.0.0.1:8443' },
    {
      description: 'On any free port, for a script:',
      command: 'rt gateway --listen 127.0.0.1:0 --ready-file gateway.json',
    },
  ];
  static override flags: Interfaces.FlagInput = flagsOf(gatewaySection);

  override async run(): Promise<void> {
    const config = this.settings(gatewaySection);
    const { refuseOpenListen } = await import('../app/listen-guard.ts');
    refuseOpenListen(config.listen, config.insecureNoAuth);
    const { startGateway } = await import('../app/gateway.ts');
    const start = () =>
      startGateway({
        redisUrl: this.global.redis,
        prefix: this.global.prefix,
        logLevel: logLevelOf(this.global, 'info'),
        connectTimeoutMs: this.global.timeoutMs ?? REDIS_STARTUP_MS,
        id: config.id,
        listen: config.listen,
        overflow: config.overflow,
        queueTimeoutMs: config.queueTimeoutMs,
        queueLength: config.queueLength,
        lagWarnMs: config.lagWarnMs,
        lagHardMs: config.lagHardMs,
        lagGraceMs: config.lagGraceMs,
        stallMs: config.stallMs,
        resumeGraceMs: config.resumeGraceMs,
        publishTranscripts: config.publishTranscripts,
        channelPrefix: config.channelPrefix,
        allowUnpaced: config.allowUnpaced,
      });
    await serve(start, { ...config, output: this.output, version: this.config.version });
    this.exit(EXIT_OK);
  }
}
