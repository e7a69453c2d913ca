/** Some thirty faults in clusters of real processes: whatever happens, no word is lost and nothing stays taken. */
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
  readonly sum: {
    readonly totals: { readonly faults: number; readonly refused: number; readonly resumes: number };
  };
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

/** Trials that once lost a word, or said one twice: flags that name them. */
const FOUND: readonly (readonly [string])[] = [
  ['--scenario gateway-kill --seed 15 --sessions 3 --first-trial 1 --trials 1'],
  ['--scenario gateway-kill --seed 21 --sessions 4 --first-trial 4 --trials 1'],
  ['--scenario gateway-kill --seed 31 --sessions 4 --first-trial 5 --trials 1'],
];

describe.skipIf(!hasRedis)('sessions of a cluster to which things happen', () => {
  it.concurrent.each(RUNS)(
    '[FLO-8] lose nothing by %s (seed %i, %i trials)',
    async (scenario, seed, trials) => {
      const totals = await rehearse(
        `--scenario ${scenario} --seed ${String(seed)} --trials ${String(trials)} --sessions 3`,
      );
      expect(totals.faults).toBeGreaterThanOrEqual(trials);
    },
    240_000,
  );

  it.concurrent.each(FOUND)(
    '[RSM-13] go on in the trial once found by %s',
    async (flags) => {
      expect((await rehearse(flags)).resumes).toBeGreaterThan(0);
    },
    240_000,
  );

  it.concurrent('[RUN-9] [CHK-19] lose nothing by a restart of every server, and come back for gateways alone', async () => {
    const totals = await rehearse('--scenario rolling-restart --seed 20 --trials 1 --sessions 3');
    // Two workers, two gateways and the router.
    expect(totals.faults).toBe(5);
    expect(totals.resumes).toBeGreaterThanOrEqual(3);
  }, 240_000);
});

/** What happened in a rehearsal that violated nothing and refused nobody. */
async function rehearse(flags: string): Promise<Document['sum']['totals']> {
  const run = await runRt(['chaos', 'run', ...flags.split(' '), '--json']);
  expect(run.stderr).toBe('');
  const document = JSON.parse(run.stdout) as Document;
  // Anything else says why the cluster could not be rehearsed on.
  expect(document).toMatchObject({ schema: 'rt.chaos-run/v1' });
  const violated = document.trials.flatMap(({ label, repeat, invariants }) =>
    invariants.flatMap(({ id, violations }) =>
      violations.map(({ message }) => `${label}: ${id} ${message} (${repeat})`),
    ),
  );
  expect(violated).toEqual([]);
  expect(document.sum.totals.refused).toBe(0);
  expect(run.code).toBe(0);
  return document.sum.totals;
}
