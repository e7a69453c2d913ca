/** Sessions run in the test's own thread, with the bundled models or scripted ones, and what they said. */
import { openAudioSource } from '../../src/audio/source.ts';
import type { NemoMel } from '../../src/engine/asr/mel/nemo-mel.ts';
import type { Recogniser } from '../../src/engine/asr/recogniser.ts';
import type { EngineEvent, EngineSessionOptions } from '../../src/engine/engine.ts';
import { BUNDLED_MODEL_PATH, SILERO_VAD_PATH } from '../../src/engine/models/bundled.ts';
import { completeTask } from '../../src/engine/batch/complete-task.ts';
import { loadModel } from '../../src/engine/models/load-model.ts';
import { loadGraph } from '../../src/engine/onnx.ts';
import { SessionCore } from '../../src/engine/session/session-core.ts';
import type { Control } from '../../src/engine/session/tasks.ts';
import { createSileroVad, type SpeechModel } from '../../src/engine/vad/silero.ts';
import type { SilentStates } from '../../src/engine/vad/silent-states.ts';

export interface EngineModels {
  readonly recogniser: Recogniser;
  readonly speechModel: SpeechModel;
  readonly mel: NemoMel;
  /** None: every window is scored. */
  readonly silentStates?: SilentStates;
}

export const SESSION_OPTIONS: EngineSessionOptions = {
  model: 'rt-tiny-en-160ms',
  language: 'en',
  partials: true,
  vad: true,
  vadThreshold: 0.5,
  minSpeechMs: 250,
  minSilenceMs: 500,
  prefixPaddingMs: 300,
  maxUtteranceMs: 30_000,
  fromSample: 0,
  historySamples: 0,
};

/** The models of the package, in this thread. */
export async function loadBundledModels(): Promise<EngineModels> {
  const options = { provider: 'cpu', intraOpThreads: 1 } as const;
  const { recognition } = await loadModel({ path: BUNDLED_MODEL_PATH, aliases: [] }, options);
  if (recognition.kind !== 'streaming') throw new Error('The bundled model is a streaming one');
  return {
    recogniser: recognition.recogniser,
    mel: recognition.mel,
    speechModel: createSileroVad(await loadGraph(SILERO_VAD_PATH, options)),
  };
}

export interface TimedControl {
  readonly atSample: number;
  readonly control: Control;
}

export interface SessionRun {
  /** The whole stream; positions below are positions in it. */
  readonly audio: Int16Array;
  readonly options?: Partial<EngineSessionOptions>;
  readonly controls?: readonly TimedControl[];
  /** Lengths of the pushes, over and over; one push where nothing is said. */
  readonly pushSamples?: readonly number[];
}

/**
 * Runs one session by itself. Every push is worked off before the next comes. A `progress` event stands
 * wherever the restart point moved.
 */
export async function runSession(models: EngineModels, run: SessionRun): Promise<readonly EngineEvent[]> {
  const options = { ...SESSION_OPTIONS, ...run.options };
  const events: EngineEvent[] = [];
  const core = new SessionCore(
    {
      recognition: { kind: 'streaming', ...models },
      silentStates: models.silentStates ?? [],
      emit: (event) => events.push(event),
    },
    options,
  );
  const work = createWorkLoop(models, { core, events, commitSample: options.fromSample });
  let position = options.fromSample - options.historySamples;
  for (const { atSample, control } of [...(run.controls ?? []), endOf(run.audio)]) {
    for (const samples of pushes(atSample - position, run.pushSamples)) {
      core.push(run.audio.slice(position, position + samples));
      position += samples;
      await work();
    }
    core.control(control);
    await work();
  }
  return events;
}

function endOf(audio: Int16Array): TimedControl {
  return { atSample: audio.length, control: { type: 'end' } };
}

function* pushes(total: number, lengths: readonly number[] = [total]): Iterable<number> {
  let left = total;
  for (let i = 0; left > 0; i++) {
    const samples = Math.min(left, lengths[i % lengths.length] ?? left);
    yield samples;
    left -= samples;
  }
}

function createWorkLoop(
  models: EngineModels,
  session: { readonly core: SessionCore; readonly events: EngineEvent[]; commitSample: number },
): () => Promise<void> {
  const { core, events } = session;
  const noteCommit = (): void => {
    const { commitSample, decodedSample } = core;
    if (commitSample !== session.commitSample) events.push({ type: 'progress', decodedSample, commitSample });
    session.commitSample = commitSample;
  };
  return async () => {
    for (let task = core.next(); task; task = core.next()) {
      noteCommit();
      await completeTask(core, task, models.speechModel);
      noteCommit();
    }
    noteCommit();
  };
}

/** The same stream taken up at a restart point by an engine that knows nothing of it. */
export function coldStart(
  models: EngineModels,
  run: SessionRun,
  fromSample: number,
): Promise<readonly EngineEvent[]> {
  const historySamples = Math.min(512, fromSample);
  return runSession(models, {
    ...run,
    options: { ...run.options, fromSample, historySamples },
    controls: (run.controls ?? []).filter(({ atSample }) => atSample > fromSample),
  });
}

/** Every restart point a run announced, in order. */
export function commitSamples(events: readonly EngineEvent[]): readonly number[] {
  return events.flatMap((event) => (event.type === 'progress' ? [event.commitSample] : []));
}

/** What a run said after it announced `commitSample`; `ended` without its total over the whole stream. */
export function after(events: readonly EngineEvent[], commitSample: number): readonly object[] {
  const index = events.findIndex((event) => event.type === 'progress' && event.commitSample === commitSample);
  return events
    .slice(index + 1)
    .map((event) =>
      event.type === 'ended' ? { type: event.type, decodedSample: event.decodedSample } : event,
    );
}

/** Events without progress. */
export function spoken(
  events: readonly EngineEvent[],
): readonly Exclude<EngineEvent, { type: 'progress' }>[] {
  return events.filter((event) => event.type !== 'progress');
}

export function finals(events: readonly EngineEvent[]): readonly Extract<EngineEvent, { type: 'final' }>[] {
  return events.filter((event) => event.type === 'final');
}

/** A recording as 16 kHz samples. */
export async function readClip(path: string): Promise<Int16Array> {
  const source = await openAudioSource(path);
  const parts: Int16Array[] = [];
  for await (const frame of source.frames) parts.push(frame);
  return joined(parts);
}

/** Stretches of audio one after the other. */
export function joined(parts: readonly Int16Array[]): Int16Array {
  const audio = new Int16Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    audio.set(part, at);
    at += part.length;
  }
  return audio;
}

export function silence(ms: number): Int16Array {
  return new Int16Array(ms * 16);
}

/** A sine; `level` is the share of full scale. */
export function tone(hz: number, ms: number, level = 0.1): Int16Array {
  return Int16Array.from({ length: ms * 16 }, (_, i) =>
    Math.round(32_767 * level * Math.sin((2 * Math.PI * hz * i) / 16_000)),
  );
}
