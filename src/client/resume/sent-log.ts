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

export interface SentLog {
  /** Keeps `bytes` as they are: they must not change afterwards. */
  addAudio(bytes: Uint8Array): void;
  addControl(message: Control): void;
  /** What is to go out next, or undefined when everything has. */
  next(): Uint8Array | Control | undefined;
  /** Forgets what was sent of the audio before `frame`. */
  commit(frame: number): void;
  /** Goes back (or forward) to `frame`; false, and nothing changes, when that is not held. */
  rewind(frame: number): boolean;
  /** Forgets the oldest of what was sent until at most `frames` are held; whether there was any to forget. */
  letGo(frames: number): boolean;
  /** The first frame that is held from its first byte on. */
  readonly firstFrame: number;
  readonly endFrame: number;
  readonly heldFrames: number;
  readonly hasUnsent: boolean;
}

/** An empty log of audio with `frameBytes` per frame over all channels. */
export function createSentLog(frameBytes: number): SentLog {
  let entries: Entry[] = [];
  /** The entry that goes out next, and how much of it has gone. */
  let cursor = 0;
  let skipBytes = 0;
  let startByte = 0;
  let endByte = 0;

  const endOf = (entry: Entry): number =>
    entry.atByte + (entry.type === 'audio' ? entry.bytes.byteLength : 0);

  /** At most as many as have gone out. */
  const forget = (count: number): void => {
    entries.splice(0, count);
    cursor -= count;
    startByte = entries.find(({ type }) => type === 'audio')?.atByte ?? endByte;
  };

  return {
    addAudio: (bytes) => {
      entries.push({ type: 'audio', atByte: endByte, bytes });
      endByte += bytes.byteLength;
    },
    addControl: (message) => {
      entries.push({ type: 'control', atByte: endByte, message });
    },
    next: () => {
      const entry = entries[cursor];
      if (entry === undefined) return undefined;
      const skipped = skipBytes;
      cursor += 1;
      skipBytes = 0;
      return entry.type === 'control' ? entry.message : entry.bytes.subarray(skipped);
    },
    commit: (frame) => {
      const untilByte = frame * frameBytes;
      // A control at the very place may not have been heard when the audio before it was committed.
      const isDone = (entry: Entry): boolean =>
        entry.type === 'audio' ? endOf(entry) <= untilByte : entry.atByte < untilByte;
      const kept = entries.findIndex((entry, index) => index >= cursor || !isDone(entry));
      forget(kept < 0 ? cursor : kept);
    },
    rewind: (frame) => {
      const toByte = frame * frameBytes;
      if (toByte < startByte || toByte > endByte) return false;
      entries = entries.filter((entry) => entry.type === 'audio' || entry.message.type !== 'config');
      const found = entries.findIndex((entry) =>
        entry.type === 'audio' ? endOf(entry) > toByte : entry.atByte >= toByte,
      );
      cursor = found < 0 ? entries.length : found;
      skipBytes = Math.max(0, toByte - (entries[cursor]?.atByte ?? toByte));
      return true;
    },
    letGo: (frames) => {
      let count = 0;
      for (let held = endByte - startByte; held > frames * frameBytes && count < cursor; count += 1) {
        const entry = entries[count];
        if (entry !== undefined) held -= endOf(entry) - entry.atByte;
      }
      forget(count);
      return count > 0;
    },
    get firstFrame() {
      return Math.ceil(startByte / frameBytes);
    },
    get endFrame() {
      return Math.floor(endByte / frameBytes);
    },
    get heldFrames() {
      return Math.ceil((endByte - startByte) / frameBytes);
    },
    get hasUnsent() {
      return cursor < entries.length;
    },
  };
}
