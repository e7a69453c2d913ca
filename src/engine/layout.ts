/**
 * How an engine uses its cores: several engine threads with one compute thread each, or one with
 * several. Which is faster depends on the model and the machine, so both are measured at start. With a GPU
 * there is nothing to choose.
 */
import { availableParallelism } from 'node:os';
import { type MeasuredModel, sessionsWithin } from './batch/capacity.ts';
import type { ModelRequest } from './models/load-model.ts';
import type { Provider } from './onnx.ts';
import { type LoadedThread, loadThread } from './thread/engine-thread.ts';

export interface ThreadLayout {
  /** Engine threads: each holds its own copy of the models. */
  readonly engines: number;
  /** Threads of one inference. */
  readonly intraOpThreads: number;
}

export interface MeasuredLayout {
  readonly layout: ThreadLayout;
  /** Per model, as the first engine thread saw it with all of them at work. */
  readonly measured: readonly MeasuredModel[];
  /** Sessions all threads can hold together, on the first model. */
  readonly sessions: number;
}

export interface StartedLayout extends MeasuredLayout {
  readonly threads: readonly LoadedThread[];
}

export interface LayoutRequest {
  readonly models: readonly ModelRequest[];
  readonly provider: Provider;
  /** More sessions than this will not come: one engine thread that holds them spares the memory of others. */
  readonly enoughSessions?: number;
}

/** What starts fastest and holds the models once. */
export const SINGLE_LAYOUT: ThreadLayout = { engines: 1, intraOpThreads: 1 };

/** More copies of the models than this are not made unasked. */
const MOST_ENGINES = 4;
/** Another layout must promise so much more to be worth loading the models again. */
const WORTHWHILE = 1.1;

/** Layouts that use `cores` in full, the usual one first. */
export function candidateLayouts(cores: number): readonly ThreadLayout[] {
  const whole = Math.max(1, cores);
  if (whole === 1) return [SINGLE_LAYOUT];
  return [
    { engines: Math.min(whole, MOST_ENGINES), intraOpThreads: Math.max(1, Math.floor(whole / MOST_ENGINES)) },
    { engines: 1, intraOpThreads: whole },
  ];
}

/** Threads of one engine for what a graph leaves to the CPU; the GPU does the rest. */
const MOST_THREADS_BESIDE_GPU = 4;

/** One copy of the models: a GPU runs one graph after the other, and its memory is what is scarce. */
export function gpuLayout(cores: number): ThreadLayout {
  return { engines: 1, intraOpThreads: Math.max(1, Math.min(cores, MOST_THREADS_BESIDE_GPU)) };
}

/** The layout asked for, or undefined to have it measured. */
export type LayoutChoice = ThreadLayout | 'measure';

export interface ChosenLayout {
  readonly chosen: StartedLayout;
  /** Everything that was measured, the chosen one included. */
  readonly tried: readonly MeasuredLayout[];
}

/** @throws RtError model_invalid, config_invalid */
export async function startLayout(request: LayoutRequest, choice: LayoutChoice): Promise<ChosenLayout> {
  const cores = availableParallelism();
  const only = choice === 'measure' && request.provider !== 'cpu' ? gpuLayout(cores) : choice;
  if (only !== 'measure') {
    const chosen = await start(request, only);
    return { chosen, tried: [chosen] };
  }
  if (request.enoughSessions === undefined) return measureLayouts(request, candidateLayouts(cores));
  const single = await start(request, SINGLE_LAYOUT);
  if (single.sessions >= request.enoughSessions) return { chosen: single, tried: [single] };
  // Measured with the other cores idle it promises too much beside layouts that use them: it is no candidate.
  await discard(single.threads);
  const { chosen, tried } = await measureLayouts(request, candidateLayouts(cores));
  return { chosen, tried: [single, ...tried] };
}

/** Starts one layout after the other and keeps the best. */
async function measureLayouts(
  request: LayoutRequest,
  [first = SINGLE_LAYOUT, ...others]: readonly ThreadLayout[],
): Promise<ChosenLayout> {
  let best = await start(request, first);
  const tried: MeasuredLayout[] = [best];
  for (const layout of others) {
    const other = await start(request, layout);
    tried.push(other);
    // Something else on the machine may have disturbed the first measurement, and the wrong layout costs a third.
    if (other.sessions > WORTHWHILE * best.sessions) best = better(best, await measure(best));
    const [kept, dropped] = other.sessions > WORTHWHILE * best.sessions ? [other, best] : [best, other];
    await discard(dropped.threads);
    best = kept;
  }
  return { chosen: best, tried };
}

async function start({ models, provider }: LayoutRequest, layout: ThreadLayout): Promise<StartedLayout> {
  const loading = Array.from({ length: layout.engines }, () =>
    loadThread({ models, provider, intraOpThreads: layout.intraOpThreads }),
  );
  const outcomes = await Promise.allSettled(loading);
  const threads = outcomes.flatMap((outcome) => (outcome.status === 'fulfilled' ? [outcome.value] : []));
  try {
    for (const outcome of outcomes) if (outcome.status === 'rejected') throw outcome.reason;
    return await measure({ layout, threads });
  } catch (error) {
    await discard(threads);
    throw error;
  }
}

/** All threads at work at once. */
async function measure({
  layout,
  threads,
}: Pick<StartedLayout, 'layout' | 'threads'>): Promise<StartedLayout> {
  const all = await Promise.all(threads.map((thread) => thread.measure()));
  const sessions = all.reduce((sum, [first]) => sum + (first ? sessionsWithin(first) : 0), 0);
  return { layout, threads, measured: all[0] ?? [], sessions };
}

function better(a: StartedLayout, b: StartedLayout): StartedLayout {
  return b.sessions > a.sessions ? b : a;
}

async function discard(threads: readonly LoadedThread[]): Promise<void> {
  await Promise.all(threads.map((thread) => thread.discard()));
}
