import type { Interfaces } from '@oclif/core';
import { RtError } from '../../base/errors.ts';
import { BaseCommand, type Examples } from '../../cli/base-command.ts';
import { logLevelOf } from '../../cli/engine-options.ts';
import { EXIT_OK } from '../../cli/exit-codes.ts';
import { flagsOf } from '../../cli/flags.ts';
import { serve } from '../../cli/serve.ts';
import {
  type ChaosProxyConfig,
  chaosProxySection,
  type RouteText,
} from '../../config/settings/chaos-proxy.ts';

export default class ChaosProxy extends BaseCommand {
  static override summary: string = 'Run a TCP proxy that injects faults, to rehearse them.';
  static override description: string =
    'It stands before Redis, a worker, a gateway or anything else that speaks TCP. Toxics: latency, down, bandwidth, ' +
    'slow_close, timeout, reset_peer, slicer, limit_data, partition, and for WebSockets drop_pong, duplicate, reorder. ' +
    'They are added, changed and removed over HTTP while it runs: GET, POST, PATCH and DELETE below ' +
    '/v1/chaos/routes. docs/chaos.md says what each does.';
  static override examples: Examples = [
    {
      description: 'A slow Redis:',
      command:
        'rt chaos proxy --upstream 127.0.0.1:6379 --listen 127.0.0.1:6380 --toxic latency:ms=200,jitter_ms=50',
    },
    {
      description: 'Every fifth connection of a gateway is reset after two seconds:',
      command: 'rt chaos proxy --upstream 127.0.0.1:8000 --toxic reset_peer:ms=2000,toxicity=0.2',
    },
    {
      description: 'Two routes, one of them cut off:',
      command:
        'rt chaos proxy --route 127.0.0.1:6380=127.0.0.1:6379 --route 127.0.0.1:9100=127.0.0.1:9000 --toxic partition:route=r2',
    },
  ];
  static override flags: Interfaces.FlagInput = flagsOf(chaosProxySection);

  override async run(): Promise<void> {
    const config = this.settings(chaosProxySection);
    const routes = routesOf(config);
    const { parseToxicText } = await import('../../chaos/proxy/parse-toxic.ts');
    const toxics = (config.toxic ?? []).map(parseToxicText);
    const { refuseOpenListen } = await import('../../app/listen-guard.ts');
    refuseOpenListen([...routes.map(({ listen }) => listen), config.http], config.insecureNoAuth);
    const { startChaosProxy } = await import('../../app/chaos-proxy.ts');
    const start = () =>
      startChaosProxy({
        logLevel: logLevelOf(this.global, 'info'),
        routes,
        http: config.http,
        toxics,
        seed: config.seed,
      });
    await serve(start, {
      ...config,
      drainTimeoutMs: 0,
      output: this.output,
      version: this.config.version,
      next: 'Toxics: GET, POST, PATCH and DELETE below /v1/chaos/routes of that address.',
    });
    this.exit(EXIT_OK);
  }
}

function routesOf({ listen, upstream, route = [] }: ChaosProxyConfig): readonly RouteText[] {
  const routes = upstream === undefined ? route : [{ listen, upstream }, ...route];
  if (routes.length > 0) return routes;
  throw new RtError('usage', 'It is not said where connections are to be carried', {
    hint: 'Give --upstream HOST:PORT, or --route LISTEN=UPSTREAM once or more.',
  });
}
