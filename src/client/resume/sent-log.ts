/**
 * What a client has said in a session, in order, for as long as it may have to be said again.
 *
 * Always true: audio is forgotten only when it was sent and the gateway has committed it, or when `letGo` says so;
 * `flush`, `clear` and `end` keep their place between samples; what leaves by `next` is every byte from the last
 * `rewind` on, once and in order. Settings are the exception: after a rewind they are not repeated here, because the
 * client says them all together before any audio.
 */
import type { ClientConfig, ClientMessage } from '../../protocol/client-messages.ts';

/** Said between two samples. */
export type Control = Extract<ClientMessage, { readonly type: 'flush' | 'clear' | 'end' }> | ClientConfig;

type Entry =
  | { readonly type: 'audio'; readonly atByte: number; readonly bytes: Uint8Array }
  | { readonly type: 'control'; readonly atByte: number; readonly message: Control };

export class SentLog {
  readonly #frameBytes: number;
  #entries: Entry[] = [];
  /** The entry that goes out next, and how much of it has gone. */
  #cursor = 0;
  #skipBytes = 0;
  #startByte = 0;
  #endByte = 0;

  /** An empty log of audio with `frameBytes` per frame over all channels. */
  constructor(frameBytes: number) {
    this.#frameBytes = frameBytes;
  }

  /** The first frame that is held from its first byte on. */
  get firstFrame(): number {
    return Math.ceil(this.#startByte / this.#frameBytes);
  }

  get endFrame(): number {
    return Math.floor(this.#endByte / this.#frameBytes);
  }

  get heldFrames(): number {
    return Math.ceil((this.#endByte - this.#startByte) / this.#frameBytes);
  }

  get hasUnsent(): boolean {
    return this.#cursor < this.#entries.length;
  }

  /** Keeps `bytes` as they are: they must not change afterwards. */
  addAudio(bytes: Uint8Array): void {
    this.#entries.push({ type: 'audio', atByte: this.#endByte, bytes });
    this.#endByte += bytes.byteLength;
  }

  addControl(message: Control): void {
    this.#entries.push({ type: 'control', atByte: this.#endByte, message });
  }

  /** What is to go out next, or undefined when everything has. */
  next(): Uint8Array | Control | undefined {
    const entry = this.#entries[this.#cursor];
    if (entry === undefined) return undefined;
    const skipBytes = this.#skipBytes;
    this.#cursor += 1;
    this.#skipBytes = 0;
    return entry.type === 'control' ? entry.message : entry.bytes.subarray(skipBytes);
  }

  /** Forgets what was sent of the audio before `frame`. */
  commit(frame: number): void {
    const untilByte = frame * this.#frameBytes;
    // A control at the very place may not have been heard when the audio before it was committed.
    const isDone = (entry: Entry): boolean =>
      entry.type === 'audio' ? endOf(entry) <= untilByte : entry.atByte < untilByte;
    const kept = this.#entries.findIndex((entry, index) => index >= this.#cursor || !isDone(entry));
    this.#forget(kept < 0 ? this.#cursor : kept);
  }

  /** Goes back (or forward) to `frame`; false, and nothing changes, when that is not held. */
  rewind(frame: number): boolean {
    const toByte = frame * this.#frameBytes;
    if (toByte < this.#startByte || toByte > this.#endByte) return false;
    this.#entries = this.#entries.filter(
      (entry) => entry.type === 'audio' || entry.message.type !== 'config',
    );
    const found = this.#entries.findIndex((entry) =>
      entry.type === 'audio' ? endOf(entry) > toByte : entry.atByte >= toByte,
    );
    this.#cursor = found < 0 ? this.#entries.length : found;
    this.#skipBytes = Math.max(0, toByte - (this.#entries[this.#cursor]?.atByte ?? toByte));
    return true;
  }

  /** Forgets the oldest of what was sent until at most `frames` are held; whether there was any to forget. */
  letGo(frames: number): boolean {
    let heldBytes = this.#endByte - this.#startByte;
    let count = 0;
    for (const entry of this.#entries.slice(0, this.#cursor)) {
      if (heldBytes <= frames * this.#frameBytes) break;
      heldBytes -= endOf(entry) - entry.atByte;
      count += 1;
    }
    this.#forget(count);
    return count > 0;
  }

  /** At most as many as have gone out. */
  #forget(count: number): void {
    this.#entries.splice(0, count);
    this.#cursor -= count;
    this.#startByte = this.#entries.find(({ type }) => type === 'audio')?.atByte ?? this.#endByte;
  }
}

function endOf(entry: Entry): number {
  return entry.atByte + (entry.type === 'audio' ? entry.bytes.byteLength : 0);
}
