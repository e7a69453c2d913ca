/**
 * What another worker must be sent so that a session goes on: the audio and the client's controls since
 * `finalised`, in their order, and the settings as they stood there.
 *
 * Always true: what lies before `finalisedSample` is in a final the gateway has or was no speech, and is
 * never sent again but for the short stretch of context engines want before a restart point. Positions are
 * samples at 16 kHz since the session began.
 */
import { gridFloor, HISTORY_SAMPLES, SAMPLE_RATE } from '../../audio/frame.ts';
import type { ClientConfig } from '../../protocol/client-messages.ts';

/** Beyond it the client is not read: no utterance is that long, so nothing has been final for too long. */
export const FULL_SAMPLES: number = 60 * SAMPLE_RATE;
const BYTES_PER_SAMPLE = 2;
/** Longest message of replayed audio: ten seconds. */
const MESSAGE_SAMPLES = 10 * SAMPLE_RATE;

/** What a client may say about the audio before it. */
export type PlacedControl = { readonly type: 'flush' | 'clear' | 'end' } | ClientConfig;

export interface ReplayLog {
  /** A restart point: the next worker starts here. */
  readonly finalisedSample: number;
  /** Position after the last sample. */
  readonly endSample: number;
  /** Audio sent before `finalisedSample` when the session is taken up there. */
  readonly historySamples: number;
  /** Changes of the session's settings that took effect before `finalisedSample`, merged. */
  readonly settled: Omit<ClientConfig, 'type'>;
  readonly isFull: boolean;
  /** 16-bit samples that follow the last ones. */
  addAudio(pcm: Uint8Array): void;
  addControl(control: PlacedControl): void;
  /** Everything before `sample` is told or was no speech; positions already passed are ignored. */
  finalise(sample: number): void;
  /** Audio from `finalisedSample - historySamples` on, and controls at their places. */
  replay(): Iterable<Uint8Array | PlacedControl>;
}

interface Chunk {
  readonly startSample: number;
  readonly pcm: Uint8Array;
}

interface Placed {
  readonly atSample: number;
  readonly control: PlacedControl;
}

/** @param startSample position of the first sample that will come; it counts as finalised up to `finalisedSample` */
export function createReplayLog(start: {
  readonly startSample: number;
  readonly finalisedSample: number;
}): ReplayLog {
  let chunks: Chunk[] = [];
  let controls: Placed[] = [];
  let settled: Omit<ClientConfig, 'type'> = {};
  let { finalisedSample } = start;
  let endSample = start.startSample;
  const oldestSample = (): number => chunks[0]?.startSample ?? endSample;
  const fromSample = (): number => Math.max(oldestSample(), finalisedSample - HISTORY_SAMPLES);

  return {
    get finalisedSample() {
      return finalisedSample;
    },
    get endSample() {
      return endSample;
    },
    get historySamples() {
      return Math.max(0, finalisedSample - fromSample());
    },
    get settled() {
      return settled;
    },
    get isFull() {
      return endSample - finalisedSample > FULL_SAMPLES;
    },
    addAudio(pcm) {
      if (pcm.length === 0) return;
      chunks.push({ startSample: endSample, pcm: owned(pcm) });
      endSample += pcm.length / BYTES_PER_SAMPLE;
    },
    addControl: (control) => void controls.push({ atSample: endSample, control }),
    finalise(sample) {
      if (sample <= finalisedSample) return;
      finalisedSample = sample;
      const keepFrom = sample - HISTORY_SAMPLES;
      const first = chunks.findIndex((chunk) => endOf(chunk) > keepFrom);
      chunks = first === -1 ? [] : chunks.slice(first);
      // A flush inside of the grid step that begins here may not have been heard yet; heard twice it does nothing.
      const isPassed = ({ atSample }: Placed): boolean => gridFloor(atSample) < sample;
      for (const { control } of controls.filter(isPassed)) {
        if (control.type === 'config') settled = merge(settled, control);
      }
      controls = controls.filter((placed) => !isPassed(placed));
    },
    *replay() {
      let position = fromSample();
      for (const { atSample, control } of controls) {
        yield* slices(chunks, position, atSample);
        yield control;
        position = Math.max(position, atSample);
      }
      yield* slices(chunks, position, endSample);
    },
  };
}

/** The audio of [fromSample, toSample), in messages of bounded length. */
function* slices(chunks: readonly Chunk[], fromSample: number, toSample: number): Iterable<Uint8Array> {
  let waiting: Uint8Array[] = [];
  let waitingSamples = 0;
  for (const { startSample, pcm } of chunks) {
    const from = Math.max(0, fromSample - startSample) * BYTES_PER_SAMPLE;
    const to = Math.min(pcm.length, (toSample - startSample) * BYTES_PER_SAMPLE);
    if (from >= to) continue;
    const part = pcm.subarray(from, to);
    if (waitingSamples + part.length / BYTES_PER_SAMPLE > MESSAGE_SAMPLES) {
      yield Buffer.concat(waiting);
      waiting = [];
      waitingSamples = 0;
    }
    waiting.push(part);
    waitingSamples += part.length / BYTES_PER_SAMPLE;
  }
  if (waitingSamples > 0) yield Buffer.concat(waiting);
}

/** A view into a large receive buffer would keep all of it. */
function owned(pcm: Uint8Array): Uint8Array {
  return pcm.buffer.byteLength > 2 * pcm.length ? new Uint8Array(pcm) : pcm;
}

function endOf({ startSample, pcm }: Chunk): number {
  return startSample + pcm.length / BYTES_PER_SAMPLE;
}

function merge(
  settled: Omit<ClientConfig, 'type'>,
  { type: _, ...change }: ClientConfig,
): Omit<ClientConfig, 'type'> {
  return { ...settled, ...change };
}
