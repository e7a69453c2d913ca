import type { Interfaces } from '@oclif/core';
import { BaseCommand, type Examples } from '../cli/base-command.ts';
import { logLevelOf } from '../cli/engine-options.ts';
import { EXIT_OK } from '../cli/exit-codes.ts';
import { flagsOf } from '../cli/flags.ts';
import { REDIS_STARTUP_MS, serve } from '../cli/serve.ts';
import { routerSection } from '../config/settings/router.ts';

export default class Router extends BaseCommand {
  static override summary: string = 'Run a router: it sweeps what died and serves fleet HTTP and metrics.';
  static override description: string =
    'Gateways allocate workers themselves, so sessions start without a router too; any number of routers may run.';
  static override examples: Examples = [
    { description: 'Beside a local Redis:', command: 'rt router' },
    { description: 'Sweep less often:', command: 'rt router --sweep 10s' },
    { description: 'On any free port:', command: 'rt router --listen 127.0.0.1:0 --ready-file router.json' },
  ];
  static override flags: Interfaces.FlagInput = flagsOf(routerSection);

  override async run(): Promise<void> {
    const config = this.settings(routerSection);
    const { refuseOpenListen } = await import('../app/listen-guard.ts');
    refuseOpenListen([config.listen], config.insecureNoAuth);
    const { startRouter } = await import('../app/router.ts');
    const start = () =>
      startRouter({
        redisUrl: this.global.redis,
        prefix: this.global.prefix,
        logLevel: logLevelOf(this.global, 'info'),
        connectTimeoutMs: this.global.timeoutMs ?? REDIS_STARTUP_MS,
        listen: config.listen,
        sweepMs: config.sweepMs,
      });
    // It holds no session, so there is nothing to wait for.
    await serve(start, { ...config, drainTimeoutMs: 0, output: this.output, version: this.config.version });
    this.exit(EXIT_OK);
  }
}
