/** Settings of `rt bench compare`. All belong to one call. */
import { integer, type Kind, listOf, text, toggle } from '../kinds.ts';
import type { Section } from '../setting.ts';

export interface BenchCompareConfig {
  readonly maxRegress: number;
  readonly metric: readonly string[] | undefined;
  readonly force: boolean;
  readonly seed: number;
}

/** `10%`, as 0.1. */
export const percentShare: Kind<number> = {
  form: 'value',
  placeholder: 'N%',
  expects: 'a percentage from 0% to 1000%, for example 10%',
  parse: (raw) => {
    const [, digits] = typeof raw === 'string' ? (/^(\d+(?:\.\d+)?)%$/.exec(raw) ?? []) : [];
    const share = digits === undefined ? Number.NaN : Number(digits) / 100;
    return share <= 10 ? share : undefined;
  },
};

export const benchCompareSection: Section<BenchCompareConfig> = {
  name: 'bench.compare',
  rows: {
    maxRegress: {
      flag: 'max-regress',
      kind: percentShare,
      default: '10%',
      doc: 'How much worse a figure of B may be than that of A. Exit 99 when one is worse by more, and not by chance.',
      flagOnly: true,
    },
    metric: {
      flag: 'metric',
      kind: listOf(text('NAME')),
      doc: 'Compare this alone, for example resp_lag or resp_lag_p95; repeat for more.',
      flagOnly: true,
    },
    force: {
      flag: 'force',
      kind: toggle,
      default: 'false',
      doc: 'Compare runs of different kinds, models, machines or settings too, and say in what they differ.',
      flagOnly: true,
    },
    seed: {
      flag: 'seed',
      kind: integer(0, 4_294_967_295),
      default: '1',
      doc: 'What the intervals are drawn from.',
      flagOnly: true,
    },
  },
};
