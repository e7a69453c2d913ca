/**
 * Audio from the link into the engine: any split of bytes into samples, and no more of it than the
 * engine can be behind with. Beyond that the link is not read, and TCP holds the sender back.
 */
import { SAMPLE_RATE } from '../audio/frame.ts';
import { createPcmDecoder } from '../audio/pcm-decoder.ts';
import type { EngineSession } from '../engine/engine.ts';
import type { Socket } from '../transport/socket.ts';

/** Undecoded audio at which reading stops, and at which it goes on. */
const HIGH_SAMPLES = 30 * SAMPLE_RATE;
const LOW_SAMPLES = 15 * SAMPLE_RATE;

export interface Receiver {
  /** Session position after the last sample received. */
  readonly receivedSample: number;
  readonly isPaused: boolean;
  accept(bytes: Uint8Array): void;
  /** Says how far the engine is. */
  decoded(sample: number): void;
}

export function createReceiver(parts: {
  readonly socket: Pick<Socket, 'pause' | 'resume'>;
  readonly session: EngineSession;
  /** Position of the first sample on the link. */
  readonly startSample: number;
}): Receiver {
  const { socket, session } = parts;
  const decoder = createPcmDecoder({ encoding: 'pcm_s16le', channels: 1 });
  let receivedSample = parts.startSample;
  let decodedSample = parts.startSample;
  let isPaused = false;
  return {
    get receivedSample() {
      return receivedSample;
    },
    get isPaused() {
      return isPaused;
    },
    accept(bytes) {
      const pcm = decoder.push(bytes);
      if (pcm.length === 0) return;
      receivedSample += pcm.length;
      session.push(pcm);
      if (!isPaused && receivedSample - decodedSample > HIGH_SAMPLES) {
        isPaused = true;
        socket.pause();
      }
    },
    decoded(sample) {
      decodedSample = sample;
      if (isPaused && receivedSample - decodedSample < LOW_SAMPLES) {
        isPaused = false;
        socket.resume();
      }
    },
  };
}
