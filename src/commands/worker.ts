import type { Interfaces } from '@oclif/core';
import type { ModelChoice } from '../app/ports.ts';
import { BaseCommand, type Examples } from '../cli/base-command.ts';
import { logLevelOf, parseModelChoice } from '../cli/engine-options.ts';
import { capacityText } from '../cli/capacity-text.ts';
import { EXIT_OK } from '../cli/exit-codes.ts';
import { flagsOf } from '../cli/flags.ts';
import { REDIS_STARTUP_MS, serve } from '../cli/serve.ts';
import { modelsDir, modelsDirSection } from '../config/settings/models.ts';
import { type WorkerConfig, workerSection } from '../config/settings/worker.ts';
import { resolveModels } from '../models/resolve-model-path.ts';

export default class Worker extends BaseCommand {
  static override summary: string = 'Run a worker: an engine that transcribes the sessions gateways give it.';
  static override description: string =
    'The first SIGTERM or SIGINT drains it: no new session, exit 0 once the running ones are gone, 12 past --drain-timeout. The second ends it at once.';
  static override examples: Examples = [
    { description: 'The bundled model on this machine:', command: 'rt worker' },
    {
      description: 'A model under an alias, reachable by other machines:',
      command:
        'rt worker --model /models/parakeet=accurate --listen 0.0.0.0:9000 --advertise ws://10.0.0.7:9000 --insecure-no-auth',
    },
    { description: 'How many sessions it would take, and why:', command: 'rt worker --explain' },
    {
      description: 'On any free port, for a script:',
      command: 'rt worker --listen 127.0.0.1:0 --ready-file worker.json',
    },
    {
      description: 'No model, to rehearse failures with the audio of rt chaos audio:',
      command: 'rt worker --engine beacon --beacon-fault crash-on-word=40',
    },
  ];
  static override flags: Interfaces.FlagInput = flagsOf(workerSection);

  override async run(): Promise<unknown> {
    const config = this.settings(workerSection);
    const { refuseOpenListen } = await import('../app/listen-guard.ts');
    refuseOpenListen([config.listen], config.insecureNoAuth);
    const { chooseBeacon } = await import('../app/beacon-choice.ts');
    const beacon = chooseBeacon(config);
    const models = resolveModels(
      (config.model ?? []).map(parseModelChoice),
      modelsDir(this.settings(modelsDirSection)),
    );
    if (config.explain) return this.explain(config, models);
    const { startWorker } = await import('../app/worker.ts');
    const start = () =>
      startWorker({
        redisUrl: this.global.redis,
        prefix: this.global.prefix,
        logLevel: logLevelOf(this.global, 'info'),
        connectTimeoutMs: this.global.timeoutMs ?? REDIS_STARTUP_MS,
        id: config.id,
        listen: config.listen,
        advertise: config.advertise,
        beacon,
        models,
        vad: config.vad,
        provider: config.provider,
        threads: config.threads,
        capacity: config.capacity,
        heartbeatMs: config.heartbeatMs,
      });
    await serve(start, { ...config, output: this.output, version: this.config.version });
    this.exit(EXIT_OK);
  }

  /** The measurement of the start and nothing else: no registry is needed. */
  private async explain(config: WorkerConfig, models: readonly ModelChoice[]): Promise<unknown> {
    const { measureCapacity } = await import('../app/capacity-report.ts');
    const report = await measureCapacity({ ...config, models });
    if (!this.jsonEnabled()) this.output.line(capacityText(report));
    return report;
  }
}
