/**
 * Which load is offered next, and what the steps so far say about capacity. Pure.
 *
 * Always true: a void step is no evidence of anything; capacity is a load that was held, never one between two
 * measured ones.
 */
export interface LadderStep {
  readonly sessions: number;
  readonly admitted: number;
  readonly refused: number;
  readonly verdict: 'pass' | 'fail' | 'void';
}

export type LadderPlan =
  /** Exactly these loads, in this order. */
  | { readonly kind: 'list'; readonly loads: readonly number[] }
  /** From `first` up until the promise breaks, then between the last two. */
  | { readonly kind: 'auto'; readonly first: number; readonly most: number };

export type LadderMove =
  | { readonly type: 'offer'; readonly sessions: number }
  | { readonly type: 'stop'; readonly reason: StopReason };

export type StopReason =
  /** The list is through. */
  | 'listed'
  /** The knee is known to about 4 %. */
  | 'found'
  /** The server refuses more: its admission is the limit. */
  | 'refused'
  /** The generator could not offer it twice in a row. */
  | 'generator'
  /** `most` was held. */
  | 'most';

const GROWTH = 1.5;
const PRECISION = 0.04;

export interface Capacity {
  /** Most sessions that were held within the promise at once; null where none were. */
  readonly sessions: number | null;
  /** Fewest sessions offered at which it broke or somebody was refused; null where it never did. */
  readonly knee: number | null;
}

export function nextMove(plan: LadderPlan, steps: readonly LadderStep[]): LadderMove {
  if (plan.kind === 'list') {
    const sessions = plan.loads[steps.length];
    return sessions === undefined ? { type: 'stop', reason: 'listed' } : { type: 'offer', sessions };
  }
  const last = steps.at(-1);
  if (last?.verdict === 'void') {
    const isSecond = steps.at(-2)?.verdict === 'void';
    return isSecond ? { type: 'stop', reason: 'generator' } : { type: 'offer', sessions: last.sessions };
  }
  if (last?.verdict === 'pass' && last.refused > 0) return { type: 'stop', reason: 'refused' };
  return betweenKnown(plan, bounds(steps));
}

function betweenKnown(
  plan: Extract<LadderPlan, { kind: 'auto' }>,
  { held, broken }: { readonly held: number; readonly broken: number | undefined },
): LadderMove {
  if (broken === undefined) {
    if (held >= plan.most) return { type: 'stop', reason: 'most' };
    const sessions = held === 0 ? plan.first : Math.ceil(held * GROWTH);
    return { type: 'offer', sessions: Math.min(sessions, plan.most) };
  }
  if (broken - held <= Math.max(1, Math.floor(broken * PRECISION))) return { type: 'stop', reason: 'found' };
  return { type: 'offer', sessions: Math.floor((held + broken) / 2) };
}

/** The most that was held below the least that was not. */
function bounds(steps: readonly LadderStep[]): {
  readonly held: number;
  readonly broken: number | undefined;
} {
  const brokenAt = steps.filter(({ verdict }) => verdict === 'fail').map(({ sessions }) => sessions);
  const broken = brokenAt.length === 0 ? undefined : Math.min(...brokenAt);
  const heldAt = steps
    .filter(({ verdict, sessions }) => verdict === 'pass' && sessions < (broken ?? Infinity))
    .map(({ sessions }) => sessions);
  return { held: Math.max(0, ...heldAt), broken };
}

/** Sessions that were refused were not held: a step counts with those that were admitted. */
export function capacityOf(steps: readonly LadderStep[]): Capacity {
  const broken = steps.filter(
    ({ verdict, refused }) => verdict === 'fail' || (verdict === 'pass' && refused > 0),
  );
  const knee = broken.length === 0 ? null : Math.min(...broken.map(({ sessions }) => sessions));
  const held = steps
    .filter(({ verdict, refused, sessions }) => {
      if (verdict !== 'pass') return false;
      // Above the knee only what the server itself chose to admit counts.
      return knee === null || sessions < knee || refused > 0;
    })
    .map(({ admitted }) => admitted);
  return { sessions: held.length === 0 ? null : Math.max(...held), knee };
}
