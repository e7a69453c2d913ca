/**
 * Which tasks run next. Pure: it holds tasks and names a batch, the scheduler runs it.
 *
 * Detector windows come first: they are cheap, and only behind them does it show which sessions need a
 * step, so that steps find fuller batches. Steps go by deadline, those that make finals before all
 * others. Whole utterances, which take longest, run when no step is waiting or when they have waited
 * long enough.
 */
import type { Recogniser } from '../asr/recogniser.ts';
import type { UtteranceRecogniser } from '../asr/utterance-recogniser.ts';
import type { SessionCore } from '../session/session-core.ts';
import type { EngineTask, RecogniseTask, ScoreTask, TranscribeTask } from '../session/tasks.ts';

export interface Waiting<T extends EngineTask = EngineTask> {
  readonly session: SessionCore;
  readonly task: T;
  readonly sinceMs: number;
  /** Orders the rows of a batch: the same sessions in the same rows let the caches of plain graphs stay where they are. */
  readonly order: number;
}

export type Batch =
  | { readonly kind: 'score'; readonly items: readonly Waiting<ScoreTask>[] }
  | {
      readonly kind: 'recognise';
      readonly recogniser: Recogniser;
      readonly items: readonly Waiting<RecogniseTask>[];
    }
  | {
      readonly kind: 'transcribe';
      readonly recogniser: UtteranceRecogniser;
      readonly items: readonly Waiting<TranscribeTask>[];
    };

export interface TaskQueue {
  add(waiting: Waiting): void;
  remove(session: SessionCore): void;
  /** Takes the next batch out, or undefined when nothing waits. */
  take(nowMs: number): Batch | undefined;
}

export interface BatchLimits {
  readonly scores: number;
  steps(recogniser: Recogniser): number;
}

/** Steps are let pass for so long before a whole utterance runs between them. */
const PATIENCE_MS = 100;

export function createTaskQueue(limits: BatchLimits): TaskQueue {
  let scores: Waiting<ScoreTask>[] = [];
  const steps = new Map<Recogniser, Waiting<RecogniseTask>[]>();
  const utterances = new Map<UtteranceRecogniser, Waiting<TranscribeTask>[]>();

  const takeSteps = (): Batch | undefined => {
    const first = earliest([...steps.values()].flat());
    if (!first) return undefined;
    const { recogniser } = first.task;
    const limit = Math.min(limits.steps(recogniser), recogniser.maxBatch);
    const taken = group(steps, recogniser).toSorted(urgency).slice(0, limit);
    return { kind: 'recognise', recogniser, items: take(steps, recogniser, taken) };
  };
  const takeUtterances = (first: Waiting<TranscribeTask>): Batch => {
    const { recogniser } = first.task;
    return {
      kind: 'transcribe',
      recogniser,
      items: take(
        utterances,
        recogniser,
        group(utterances, recogniser).toSorted(urgency).slice(0, recogniser.maxBatch),
      ),
    };
  };

  return {
    add(waiting) {
      const { task } = waiting;
      if (task.kind === 'score') scores.push({ ...waiting, task });
      else if (task.kind === 'recognise') group(steps, task.recogniser).push({ ...waiting, task });
      else group(utterances, task.recogniser).push({ ...waiting, task });
    },
    remove(session) {
      scores = scores.filter((each) => each.session !== session);
      forget(steps, session);
      forget(utterances, session);
    },
    take(nowMs) {
      if (scores.length > 0) {
        const items = scores.slice(0, limits.scores);
        scores = scores.slice(items.length);
        return { kind: 'score', items };
      }
      const utterance = earliest([...utterances.values()].flat());
      const isOverdue = utterance !== undefined && nowMs - utterance.sinceMs >= PATIENCE_MS;
      if (isOverdue) return takeUtterances(utterance);
      return takeSteps() ?? (utterance && takeUtterances(utterance));
    },
  };
}

function group<K, V>(groups: Map<K, V[]>, key: K): V[] {
  const existing = groups.get(key);
  if (existing) return existing;
  const made: V[] = [];
  groups.set(key, made);
  return made;
}

function forget<K, T extends EngineTask>(groups: Map<K, Waiting<T>[]>, session: SessionCore): void {
  for (const [key, items] of groups) {
    if (items.some((each) => each.session === session)) {
      groups.set(
        key,
        items.filter((each) => each.session !== session),
      );
    }
  }
}

/** Finals before all others, then what has waited longest. */
function urgency(a: Waiting, b: Waiting): number {
  return Number(b.session.isFinishing) - Number(a.session.isFinishing) || a.sinceMs - b.sinceMs;
}

function earliest<T extends EngineTask>(items: readonly Waiting<T>[]): Waiting<T> | undefined {
  return items.reduce<Waiting<T> | undefined>(
    (best, each) => (best && urgency(best, each) <= 0 ? best : each),
    undefined,
  );
}

/** Takes these out of a group, in the order of their sessions. */
function take<K, T extends EngineTask>(
  groups: Map<K, Waiting<T>[]>,
  key: K,
  taken: readonly Waiting<T>[],
): readonly Waiting<T>[] {
  const chosen = new Set(taken);
  const left = group(groups, key).filter((each) => !chosen.has(each));
  if (left.length > 0) groups.set(key, left);
  else groups.delete(key);
  return taken.toSorted((a, b) => a.order - b.order);
}
