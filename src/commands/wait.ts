import { Args, type Interfaces } from '@oclif/core';
import { systemClock } from '../base/clock.ts';
import { messageOf } from '../base/errors.ts';
import { BaseCommand, type Examples } from '../cli/base-command.ts';
import { withCluster } from '../cli/cluster.ts';
import { flagsOf } from '../cli/flags.ts';
import { abortOnStopSignal } from '../cli/signals.ts';
import { waitUntilReady } from '../cli/wait-until.ts';
import { formatDuration } from '../config/durations.ts';
import { waitSection } from '../config/settings/wait.ts';

const DEFAULT_TIMEOUT_MS = 60_000;
const PAUSE_MS = 250;
const ANSWER_WITHIN_MS = 2_000;

export default class Wait extends BaseCommand {
  static override summary: string = 'Wait until a gateway, workers or both are ready.';
  static override description: string =
    'A gateway is ready when its /readyz says so; workers are ready when the registry lists them as ready or busy. ' +
    'Exits 9 with what was missing when the time is over (--timeout, 60s without it).';
  static override examples: Examples = [
    {
      description: 'Wait for everything before a test:',
      command: 'rt wait cluster --workers 2 --timeout 90s',
    },
    { description: 'Wait for a gateway alone:', command: 'rt wait gateway --gateway ws://10.0.0.5:8000' },
    { description: 'Wait for one worker:', command: 'rt wait worker' },
  ];
  static override args: Interfaces.ArgInput = {
    target: Args.string({
      description: 'What to wait for.',
      required: true,
      ignoreStdin: true,
      options: ['gateway', 'worker', 'cluster'],
    }),
  };
  static override flags: Interfaces.FlagInput = flagsOf(waitSection);

  override async run(): Promise<unknown> {
    const target = this.operand;
    const { workers } = this.settings(waitSection);
    const waitedMs = await waitUntilReady({
      what: target === 'worker' ? 'Workers are' : `The ${target} is`,
      probe: async () => {
        const gateway = target === 'worker' ? 'ready' : await this.askGateway();
        return gateway === 'ready' && target !== 'gateway' ? this.countWorkers(workers) : gateway;
      },
      timeoutMs: this.global.timeoutMs ?? DEFAULT_TIMEOUT_MS,
      pauseMs: PAUSE_MS,
      clock: systemClock,
      signal: abortOnStopSignal(),
    });
    if (!this.jsonEnabled()) this.output.note(`Ready after ${formatDuration(waitedMs)}`);
    return { schema: 'rt.wait/v1', target, ready: true, waited_ms: Math.round(waitedMs) };
  }

  private async askGateway(): Promise<string> {
    const { gatewayReadiness } = await import('../client/gateway-readiness.ts');
    const answer = await gatewayReadiness(this.global.gateway, ANSWER_WITHIN_MS);
    return answer === 'ready' ? answer : `gateway: ${answer}`;
  }

  /** An unreachable Redis is one more thing to wait for. */
  private async countWorkers(wanted: number): Promise<string> {
    try {
      const workers = await withCluster(this.global, ({ registry }) => registry.fleet.workers());
      const ready = workers.filter(({ status }) => status === 'ready' || status === 'busy').length;
      return ready >= wanted ? 'ready' : `${String(ready)} of ${String(wanted)} workers`;
    } catch (error) {
      return messageOf(error);
    }
  }
}
