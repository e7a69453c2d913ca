/**
 * What the client has been told beyond `finalised`. A worker that takes a session up there says all of it
 * again, because it hears the same audio from the same state: what is an echo must not reach the client twice,
 * and a text must not shrink while the worker catches up. An event is known by what it is and where it stands.
 */
import { fromWireSeconds } from '../../protocol/time.ts';
import type { WorkerMessage } from '../../protocol/worker-messages.ts';

type Durable = Extract<WorkerMessage, { type: 'vad.speech_start' | 'vad.speech_end' | 'warning' }>;

export interface Told {
  /** Whether the client is to be told; remembers what it is told. */
  isNews(message: WorkerMessage): boolean;
  /** Another worker speaks from here on. */
  startAgain(): void;
  /** Nothing before `sample` will be said again. */
  finalise(sample: number): void;
}

interface Said {
  readonly key: string;
  readonly atSample: number;
}

/** @param before what the client was told under former owners of the session */
export function createTold(before: readonly WorkerMessage[] = []): Told {
  let said: Said[] = before.filter(mayBeRepeated).map((message) => ({
    key: keyOf(message),
    atSample: placeOf(message),
  }));
  /** What may be said again. */
  let echoes = new Set(said.map(({ key }) => key));
  /** How far the audio of the last partial went. */
  let partialEndS = 0;
  let finalisedSample = 0;

  const isNewsOf = (message: Durable): boolean => {
    const key = keyOf(message);
    if (echoes.delete(key)) return false;
    said.push({ key, atSample: placeOf(message) });
    return true;
  };

  return {
    isNews(message) {
      switch (message.type) {
        case 'vad.speech_start':
        case 'vad.speech_end':
        case 'warning':
          return isNewsOf(message);
        case 'transcript.partial':
          if (message.audio_end <= partialEndS) return false;
          partialEndS = message.audio_end;
          return true;
        default:
          return true;
      }
    },
    startAgain() {
      echoes = new Set(said.map(({ key }) => key));
    },
    finalise(sample) {
      // Also told again and again while it stands still, in the middle of an utterance whose partials still count.
      if (sample <= finalisedSample) return;
      finalisedSample = sample;
      said = said.filter(({ atSample }) => atSample >= sample);
      // A restart point is never inside of an utterance.
      partialEndS = 0;
    },
  };
}

/** What another worker says again when it hears the same audio. */
export function mayBeRepeated<T extends { readonly type?: unknown }>(message: T): message is T & Durable {
  return ['vad.speech_start', 'vad.speech_end', 'warning'].includes(String(message.type));
}

function keyOf(message: Durable): string {
  const what = message.type === 'warning' ? message.code : message.type;
  return `${what} ${placeOf(message)}`;
}

function placeOf(message: Durable): number {
  const { timestamp } = message;
  return typeof timestamp === 'number' ? fromWireSeconds(timestamp) : 0;
}
