import type { Interfaces } from '@oclif/core';
import { BaseCommand, type Examples } from '../cli/base-command.ts';
import { DEFAULT_ENGINE, logLevelOf, parseModelChoice } from '../cli/engine-options.ts';
import { EXIT_OK } from '../cli/exit-codes.ts';
import { flagsOf } from '../cli/flags.ts';
import { REDIS_STARTUP_MS, serve } from '../cli/serve.ts';
import { modelsDir, modelsDirSection } from '../config/settings/models.ts';
import { upSection } from '../config/settings/up.ts';
import { resolveModels } from '../models/resolve-model-path.ts';

export default class Up extends BaseCommand {
  static override summary: string = 'Run everything on this machine, for development.';
  static override description: string =
    'Starts a gateway, a router and workers in one process. Without a Redis at the usual address it starts a private one, or keeps the registry in memory, and says so; a Redis that was named must answer.';
  static override examples: Examples = [
    { description: 'Everything, then speak to it:', command: 'rt up' },
    { description: 'Two workers on another port:', command: 'rt up --workers 2 --port 8010' },
    { description: 'With a model of your own:', command: 'rt up --model ./models/parakeet' },
  ];
  static override flags: Interfaces.FlagInput = flagsOf(upSection);

  override async run(): Promise<void> {
    const config = this.settings(upSection);
    const models = resolveModels(
      (config.model ?? []).map(parseModelChoice),
      modelsDir(this.settings(modelsDirSection)),
    );
    const { chooseBeacon } = await import('../app/beacon-choice.ts');
    const beacon = chooseBeacon(config);
    const { startLocal } = await import('../app/local.ts');
    const start = () =>
      startLocal({
        ...DEFAULT_ENGINE,
        redisUrl: this.global.redis,
        prefix: this.global.prefix,
        logLevel: logLevelOf(this.global, process.stderr.isTTY ? 'warn' : 'info'),
        connectTimeoutMs: this.global.timeoutMs ?? REDIS_STARTUP_MS,
        port: config.port,
        workers: config.workers,
        beacon,
        models,
        capacity: config.capacity,
        withoutRedis: this.isRedisNamed ? 'exit' : 'private',
        onNotice: this.output.warn,
      });
    await serve(start, {
      ...config,
      output: this.output,
      version: this.config.version,
      next: `Try: rt stream FILE${config.port === 8000 ? '' : ` --gateway ws://127.0.0.1:${String(config.port)}`}`,
    });
    this.exit(EXIT_OK);
  }
}
