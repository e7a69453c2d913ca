/**
 * Hands audio on at a multiple of real time, as an engine that cannot keep up would take it. What else is said of a
 * session keeps its place between the audio; a session that is closed is told at once and what it waited for is
 * dropped. Each session has a pace of its own, whatever the others send.
 */
import { SAMPLE_RATE } from '../../audio/frame.ts';
import type { Clock } from '../../base/clock.ts';
import type { SessionMessage } from '../thread/messages.ts';

export interface SlowAudioParts {
  readonly clock: Clock;
  /** Seconds of audio in a second. */
  readonly factor: number;
  readonly closing: AbortSignal;
  readonly deliver: (message: SessionMessage) => void;
}

interface Line {
  readonly waiting: SessionMessage[];
  isRunning: boolean;
  /** When the audio handed on so far would have been decoded. */
  dueMs: number;
}

/** Audio handed on at once: a step of the engine. */
const PIECE_SAMPLES = 2560;

export function createSlowAudio(parts: SlowAudioParts): (message: SessionMessage) => void {
  const lines = new Map<number, Line>();
  const isOpen = (session: number, line: Line): boolean =>
    lines.get(session) === line && !parts.closing.aborted;

  const run = async (session: number, line: Line): Promise<void> => {
    line.isRunning = true;
    for (let next = line.waiting.shift(); next; next = line.waiting.shift()) {
      if (next.type === 'audio') await decoded(parts, line, next.pcm.length);
      if (!isOpen(session, line)) return;
      parts.deliver(next);
    }
    line.isRunning = false;
  };

  return (message) => {
    const { session } = message;
    if (message.type === 'open') lines.set(session, { waiting: [], isRunning: false, dueMs: 0 });
    if (message.type === 'close') lines.delete(session);
    const line = lines.get(session);
    if (message.type === 'open' || !line) return parts.deliver(message);
    line.waiting.push(...pieces(message));
    if (!line.isRunning) void run(session, line);
  };
}

/** Resolves when so much more audio is due. */
async function decoded(
  { clock, factor, closing }: SlowAudioParts,
  line: Line,
  samples: number,
): Promise<void> {
  const nowMs = clock.nowMs();
  line.dueMs = Math.max(line.dueMs, nowMs) + (samples * 1000) / SAMPLE_RATE / factor;
  await clock.sleep(line.dueMs - nowMs, closing).catch(() => undefined);
}

/** Arrival stays what it was: the engine's lag counts the wait. */
function pieces(message: SessionMessage): readonly SessionMessage[] {
  if (message.type !== 'audio') return [message];
  const { pcm } = message;
  return Array.from({ length: Math.ceil(pcm.length / PIECE_SAMPLES) }, (_, i) => ({
    ...message,
    pcm: pcm.subarray(i * PIECE_SAMPLES, (i + 1) * PIECE_SAMPLES),
  }));
}
