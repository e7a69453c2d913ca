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

/** `random` is drawn for each message that `duplicate` or `reorder` may take. */
export function createFrameShaper(random: () => number): FrameShaper {
  return new ChanceShaper(random);
}

class ChanceShaper implements FrameShaper {
  readonly counts: FrameCounts = { pongsDropped: 0, framesDuplicated: 0, framesReordered: 0 };
  droppedBytes = 0;
  readonly #random: () => number;
  /** Parts of a frame that is not whole yet. */
  #gathered: Buffer[] = [];
  /** The message that lets the next one pass. */
  #held: { readonly bytes: Buffer; readonly untilMs: number } | undefined;
  #isInFragments = false;

  constructor(random: () => number) {
    this.#random = random;
  }

  get heldUntilMs(): number {
    return this.#held?.untilMs ?? Number.POSITIVE_INFINITY;
  }

  get heldBytes(): number {
    return (this.#held?.bytes.length ?? 0) + this.#gathered.reduce((sum, { length }) => sum + length, 0);
  }

  push({ bytes, frame }: ScannedPart, toxics: readonly Toxic[], nowMs: number): readonly Buffer[] {
    if (frame === undefined) return [bytes];
    const { header, isFirst, isLast } = frame;
    const isWanted = isFirst ? isShaping(toxics) || this.#held !== undefined : this.#gathered.length > 0;
    if (!isWanted || header.sizeBytes > MAX_FRAME_BYTES) {
      // Fragments are watched even while nothing is asked for: a toxic may come in the middle of one.
      if (isLast && header.opcode < FIRST_CONTROL) this.#isInFragments = !header.isFinal;
      return isFirst ? [...this.#takeHeld(), bytes] : [bytes];
    }
    this.#gathered.push(bytes);
    if (!isLast) return [];
    const parts = this.#gathered.splice(0);
    return this.#shapeFrame(
      { header, bytes: parts.length === 1 ? bytes : Buffer.concat(parts) },
      toxics,
      nowMs,
    );
  }

  release(toxics: readonly Toxic[], nowMs: number): readonly Buffer[] {
    if (!isShaping(toxics)) return this.end();
    return nowMs >= this.heldUntilMs || !toxics.some(isReorder) ? this.#takeHeld() : [];
  }

  end(): readonly Buffer[] {
    return [...this.#takeHeld(), ...this.#gathered.splice(0)];
  }

  #shapeFrame(
    { header, bytes }: { readonly header: FrameHeader; readonly bytes: Buffer },
    toxics: readonly Toxic[],
    nowMs: number,
  ): readonly Buffer[] {
    if (header.opcode === PONG && toxics.some(({ kind }) => kind === 'drop_pong')) {
      this.counts.pongsDropped += 1;
      this.droppedBytes += bytes.length;
      return [];
    }
    if (header.opcode === CLOSE) return [...this.#takeHeld(), bytes];
    if (header.opcode >= FIRST_CONTROL) return [bytes];
    const isWhole = header.isFinal && !this.#isInFragments && header.opcode !== 0;
    if (isWhole) return this.#shapeMessage(bytes, toxics, nowMs);
    this.#isInFragments = !header.isFinal;
    return [...this.#takeHeld(), bytes];
  }

  #shapeMessage(bytes: Buffer, toxics: readonly Toxic[], nowMs: number): readonly Buffer[] {
    const duplicate = toxics.find((toxic) => toxic.kind === 'duplicate');
    const isTwice = duplicate !== undefined && this.#random() < duplicate.probability;
    if (isTwice) this.counts.framesDuplicated += 1;
    const messages = isTwice ? [bytes, bytes] : [bytes];
    if (this.#held !== undefined) {
      this.counts.framesReordered += 1;
      return [...messages, ...this.#takeHeld()];
    }
    const reorder = toxics.find((toxic) => toxic.kind === 'reorder');
    if (reorder === undefined || this.#random() >= reorder.probability) return messages;
    this.#held = { bytes: Buffer.concat(messages), untilMs: nowMs + reorder.hold_ms };
    return [];
  }

  #takeHeld(): readonly Buffer[] {
    const waiting = this.#held === undefined ? [] : [this.#held.bytes];
    this.#held = undefined;
    return waiting;
  }
}

const isReorder = ({ kind }: Toxic): boolean => kind === 'reorder';

function isShaping(toxics: readonly Toxic[]): boolean {
  return toxics.some(({ kind }) => kind === 'drop_pong' || kind === 'duplicate' || kind === 'reorder');
}
