/** Beacon audio played to an engine, and what its finals made of it. */
import type { BeaconAudio } from '../../../src/audio/beacon/beacon-audio.ts';
import type {
  EngineEvent,
  EngineSession,
  EngineSessionOptions,
  SizedEngine,
} from '../../../src/engine/engine.ts';
import type { BeaconWord } from '../../../src/audio/beacon/beacon-word.ts';
import { finals, SESSION_OPTIONS } from '../../support/engine.ts';

export interface BeaconRun {
  readonly session: EngineSession;
  /** So far. */
  readonly events: readonly EngineEvent[];
  readonly ended: Promise<readonly EngineEvent[]>;
}

export function openRun(engine: SizedEngine, options: Partial<EngineSessionOptions> = {}): BeaconRun {
  const events: EngineEvent[] = [];
  let settle = (_: readonly EngineEvent[]): void => {};
  const ended = new Promise<readonly EngineEvent[]>((resolve) => {
    settle = resolve;
  });
  const session = engine.open({ ...SESSION_OPTIONS, model: 'beacon', ...options }, (event) => {
    events.push(event);
    if (event.type === 'ended') settle(events);
  });
  return { session, events, ended };
}

/** Plays all of it at once, in pushes of `pushSamples`, and waits for the end. */
export async function playAll(
  engine: SizedEngine,
  { pcm }: BeaconAudio,
  options: Partial<EngineSessionOptions> & { readonly pushSamples?: number } = {},
): Promise<readonly EngineEvent[]> {
  const { pushSamples = 1600, ...session } = options;
  const run = openRun(engine, session);
  for (let at = 0; at < pcm.length; at += pushSamples) run.session.push(pcm.slice(at, at + pushSamples));
  run.session.end();
  return run.ended;
}

/** The words of all finals, in the order in which they came. */
export function heardWords(events: readonly EngineEvent[]): readonly BeaconWord[] {
  return finals(events).flatMap(({ words }) =>
    words.map(({ word, startSample, endSample }) => ({ id: Number(word), startSample, endSample })),
  );
}

export function idsOf(words: readonly BeaconWord[]): readonly number[] {
  return words.map(({ id }) => id);
}
