/**
 * Two ends of a connection in memory, for tests that must decide when bytes travel.
 *
 * Everything sent waits in its direction's lane until `flush` (or, with `auto`, until the end of the
 * current turn); a paused or listener-less end leaves it there, so the sender's `bufferedBytes` stays.
 * Closes travel in the same lane as messages. `cut` breaks the connection like a killed peer.
 */
import type { Socket, SocketClose } from '../../src/transport/socket.ts';

export interface SocketPair {
  readonly near: Socket;
  readonly far: Socket;
  /** Delivers what waits in both directions, and what that causes, until nothing can move. */
  flush(): void;
  /** Both ends see 1006; what waits is lost. */
  cut(): void;
}

type Parcel =
  | { readonly type: 'message'; readonly data: string | Uint8Array; readonly bytes: number }
  | { readonly type: 'ping'; readonly answer: () => void }
  | { readonly type: 'close'; readonly close: SocketClose };

/** A connected pair. `auto`: flushes by itself after each turn that sent something. */
export function createSocketPair(options: { auto?: boolean; subprotocol?: string } = {}): SocketPair {
  let isScheduled = false;
  const flush = (): void => {
    while (near.deliver() || far.deliver());
  };
  const onParcel = (): void => {
    if (options.auto !== true || isScheduled) return;
    isScheduled = true;
    setImmediate(() => {
      isScheduled = false;
      flush();
    });
  };
  const near = new PairEnd(options.subprotocol ?? '', onParcel);
  const far = new PairEnd(options.subprotocol ?? '', onParcel);
  near.connect(far);
  far.connect(near);
  return { near, far, flush, cut: () => near.terminate() };
}

class PairEnd implements Socket {
  readonly remoteAddress = '127.0.0.1';
  readonly subprotocol: string;
  readonly closed: Promise<SocketClose>;
  bufferedBytes = 0;
  isOpen = true;
  #settle!: (close: SocketClose) => void;
  #isSettled = false;
  #peer: PairEnd | undefined;
  readonly #onParcel: () => void;
  #inbox: Parcel[] = [];
  #listener: ((data: string | Uint8Array) => void) | undefined;
  #isPaused = false;
  #isClosedHere = false;
  #drainWaiters: { bytes: number; resolve: () => void }[] = [];
  readonly #pings = new Set<(rttMs: number | undefined) => void>();

  constructor(subprotocol: string, onParcel: () => void) {
    this.subprotocol = subprotocol;
    this.#onParcel = onParcel;
    this.closed = new Promise((resolve) => {
      this.#settle = resolve;
    });
  }

  connect(peer: PairEnd): void {
    this.#peer = peer;
  }

  onMessage(listener: (data: string | Uint8Array) => void): void {
    this.#listener = listener;
    this.#onParcel();
  }

  send(data: string | Uint8Array): void {
    if (!this.isOpen) return;
    const bytes = typeof data === 'string' ? Buffer.byteLength(data) : data.byteLength;
    this.bufferedBytes += bytes;
    this.#post({ type: 'message', data: typeof data === 'string' ? data : Uint8Array.from(data), bytes });
  }

  drained(bytes: number): Promise<void> {
    if (!this.isOpen || this.bufferedBytes <= bytes) return Promise.resolve();
    return new Promise((resolve) => this.#drainWaiters.push({ bytes, resolve }));
  }

  pause(): void {
    this.#isPaused = true;
  }

  resume(): void {
    this.#isPaused = false;
    this.#onParcel();
  }

  ping(): Promise<number | undefined> {
    if (!this.isOpen) return Promise.resolve(undefined);
    return new Promise((resolve) => {
      const finish = (rttMs: number | undefined): void => {
        this.#pings.delete(finish);
        resolve(rttMs);
      };
      this.#pings.add(finish);
      this.#post({ type: 'ping', answer: () => finish(0) });
    });
  }

  close(code: number, reason: string): void {
    if (this.#isClosedHere || !this.isOpen) return;
    this.isOpen = false;
    this.#isClosedHere = true;
    this.#post({ type: 'close', close: { code, reason: Buffer.from(reason).subarray(0, 123).toString() } });
  }

  terminate(): void {
    this.#isClosedHere = true;
    this.#end({ code: 1006, reason: '' });
    this.#peer?.lose();
  }

  /** The peer vanished: what it sent is lost with it. */
  lose(): void {
    this.#inbox = [];
    this.#end({ code: 1006, reason: '' });
  }

  /** The peer answered this end's close frame. */
  finishClose(close: SocketClose): void {
    this.#end(close);
  }

  /** Hands out one parcel; false when none can move. */
  deliver(): boolean {
    const isReading = this.#isClosedHere || (this.#listener !== undefined && !this.#isPaused);
    if (!isReading || this.#isSettled) return false;
    const parcel = this.#inbox.shift();
    if (parcel === undefined) return false;
    if (parcel.type === 'message') {
      this.#peer?.release(parcel.bytes);
      if (!this.#isClosedHere) this.#listener?.(parcel.data);
    } else if (parcel.type === 'ping') parcel.answer();
    else {
      this.#end(parcel.close);
      this.#peer?.finishClose(parcel.close);
    }
    return true;
  }

  /** The other end took `bytes` of what this end sent. */
  release(bytes: number): void {
    this.bufferedBytes -= bytes;
    this.#wake((waiter) => this.bufferedBytes <= waiter.bytes);
  }

  #post(parcel: Parcel): void {
    this.#peer?.accept(parcel);
    this.#onParcel();
  }

  accept(parcel: Parcel): void {
    if (!this.#isSettled) this.#inbox.push(parcel);
  }

  #end(close: SocketClose): void {
    if (this.#isSettled) return;
    this.#isSettled = true;
    this.isOpen = false;
    this.#wake(() => true);
    for (const finish of [...this.#pings]) finish(undefined);
    this.#settle(close);
  }

  #wake(isDue: (waiter: { bytes: number }) => boolean): void {
    const due = this.#drainWaiters.filter(isDue);
    this.#drainWaiters = this.#drainWaiters.filter((waiter) => !due.includes(waiter));
    for (const waiter of due) waiter.resolve();
  }
}
