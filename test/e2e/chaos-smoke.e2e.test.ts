/** Twenty faults in clusters of real processes: whatever happens, no word is lost and nothing stays taken. */
import { describe, expect, it } from 'vitest';
import { hasRedis } from '../support/redis.ts';
import { runRt } from '../support/rt-process.ts';

interface Document {
  readonly trials: readonly {
    readonly label: string;
    readonly repeat: string;
    readonly invariants: readonly {
      readonly id: string;
      readonly violations: readonly { readonly message: string }[];
    }[];
  }[];
  readonly sum: { readonly totals: { readonly faults: number; readonly refused: number } };
}

/** Scenario, seed, trials. Four clusters at a time are what two cores bear beside the clock of the clients. */
const RUNS: readonly (readonly [string, number, number])[] = [
  ['worker-kill', 11, 5],
  ['worker-stop', 12, 3],
  ['worker-drain', 13, 1],
  ['worker-kill-long', 14, 1],
  ['gateway-kill', 3, 3],
  ['cut', 16, 2],
  ['redis-down', 17, 1],
  ['redis-stop', 18, 2],
  ['router-kill', 19, 2],
];

describe.skipIf(!hasRedis)('sessions of a cluster to which things happen', () => {
  it.concurrent.each(RUNS)(
    '[FLO-8] lose nothing by %s (seed %i, %i trials)',
    async (scenario, seed, trials) => {
      const run = await runRt([
        ...['chaos', 'run', '--scenario', scenario, '--seed', String(seed)],
        ...['--trials', String(trials), '--sessions', '3', '--json'],
      ]);
      expect(run.stderr).toBe('');
      const document = JSON.parse(run.stdout) as Document;
      const violated = document.trials.flatMap(({ label, repeat, invariants }) =>
        invariants.flatMap(({ id, violations }) =>
          violations.map(({ message }) => `${label}: ${id} ${message} (${repeat})`),
        ),
      );
      expect(violated).toEqual([]);
      expect(document.sum.totals.faults).toBeGreaterThanOrEqual(trials);
      expect(document.sum.totals.refused).toBe(0);
      expect(run.code).toBe(0);
    },
    240_000,
  );
});
