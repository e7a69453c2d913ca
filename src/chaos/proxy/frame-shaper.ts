/**
 * What drop_pong, duplicate and reorder do to the frames of one direction.
 *
 * Always true: payloads are not changed; what leaves is a stream of whole frames as far as the input
 * was one; a message in fragments, a frame above 1 MiB and anything that is not a WebSocket pass as
 * they are; nothing is put between the fragments of a message; a held frame leaves before a close frame,
 * at the end of the stream, when its time is over, or when no toxic asks for holding any more.
 * Time and chance are handed in; it has no effects.
 */
import type { FrameHeader, ScannedPart } from './frame-scanner.ts';
import type { Toxic } from './toxic.ts';

const MAX_FRAME_BYTES = 1024 * 1024;
const PONG = 10;
const CLOSE = 8;
const FIRST_CONTROL = 8;

export interface FrameCounts {
  pongsDropped: number;
  framesDuplicated: number;
  framesReordered: number;
}

export interface FrameShaper {
  push(part: ScannedPart, toxics: readonly Toxic[], nowMs: number): readonly Buffer[];
  /** What need not wait any longer under `toxics`. */
  release(toxics: readonly Toxic[], nowMs: number): readonly Buffer[];
  /** Everything that waits, for the end of the stream. */
  end(): readonly Buffer[];
  /** When `release` has something at the latest. */
  readonly heldUntilMs: number;
  /** Bytes that wait here. */
  readonly heldBytes: number;
  /** Bytes that went in and will not come out. */
  readonly droppedBytes: number;
  readonly counts: Readonly<FrameCounts>;
}

export function createFrameShaper(random: () => number): FrameShaper {
  const counts: FrameCounts = { pongsDropped: 0, framesDuplicated: 0, framesReordered: 0 };
  /** Parts of a frame that is not whole yet. */
  let gathered: Buffer[] = [];
  /** The frame that lets the next one pass. */
  let held: { readonly bytes: Buffer; readonly untilMs: number } | undefined;
  let isInFragments = false;
  let droppedBytes = 0;

  const takeHeld = (): readonly Buffer[] => {
    const waiting = held === undefined ? [] : [held.bytes];
    held = undefined;
    return waiting;
  };

  function shapeData(bytes: Buffer, toxics: readonly Toxic[], nowMs: number): readonly Buffer[] {
    const duplicate = toxics.find((toxic) => toxic.kind === 'duplicate');
    const isTwice = duplicate !== undefined && random() < duplicate.probability;
    if (isTwice) counts.framesDuplicated += 1;
    const frames = isTwice ? [bytes, bytes] : [bytes];
    if (held !== undefined) {
      counts.framesReordered += 1;
      return [...frames, ...takeHeld()];
    }
    const reorder = toxics.find((toxic) => toxic.kind === 'reorder');
    if (reorder === undefined || random() >= reorder.probability) return frames;
    held = { bytes: Buffer.concat(frames), untilMs: nowMs + reorder.hold_ms };
    return [];
  }

  function shapeFrame(
    frame: { readonly header: FrameHeader; readonly bytes: Buffer },
    toxics: readonly Toxic[],
    nowMs: number,
  ): readonly Buffer[] {
    const { header, bytes } = frame;
    if (header.opcode === PONG && toxics.some(({ kind }) => kind === 'drop_pong')) {
      counts.pongsDropped += 1;
      droppedBytes += bytes.length;
      return [];
    }
    if (header.opcode === CLOSE) return [...takeHeld(), bytes];
    if (header.opcode >= FIRST_CONTROL) return [bytes];
    const isWhole = header.isFinal && !isInFragments && header.opcode !== 0;
    if (isWhole) return shapeData(bytes, toxics, nowMs);
    isInFragments = !header.isFinal;
    return [...takeHeld(), bytes];
  }

  return {
    counts,
    get heldUntilMs() {
      return held?.untilMs ?? Number.POSITIVE_INFINITY;
    },
    get heldBytes() {
      return (held?.bytes.length ?? 0) + gathered.reduce((sum, { length }) => sum + length, 0);
    },
    get droppedBytes() {
      return droppedBytes;
    },
    push({ bytes, frame }, toxics, nowMs) {
      if (frame === undefined) return [bytes];
      const isGathering = frame.isFirst ? isShaping(toxics) || held !== undefined : gathered.length > 0;
      if (!isGathering || frame.header.sizeBytes > MAX_FRAME_BYTES) {
        // Fragments are watched even while nothing is asked for: a toxic may come in the middle of one.
        if (frame.isLast && frame.header.opcode < FIRST_CONTROL) isInFragments = !frame.header.isFinal;
        return frame.isFirst ? [...takeHeld(), bytes] : [bytes];
      }
      gathered.push(bytes);
      if (!frame.isLast) return [];
      const whole = gathered.length === 1 ? bytes : Buffer.concat(gathered);
      gathered = [];
      return shapeFrame({ header: frame.header, bytes: whole }, toxics, nowMs);
    },
    release(toxics, nowMs) {
      const isOver = held !== undefined && (nowMs >= held.untilMs || !toxics.some(isReorder));
      if (isShaping(toxics)) return isOver ? takeHeld() : [];
      return [...takeHeld(), ...gathered.splice(0)];
    },
    end: () => [...takeHeld(), ...gathered.splice(0)],
  };
}

const isReorder = ({ kind }: Toxic): boolean => kind === 'reorder';

function isShaping(toxics: readonly Toxic[]): boolean {
  return toxics.some(({ kind }) => kind === 'drop_pong' || kind === 'duplicate' || kind === 'reorder');
}
