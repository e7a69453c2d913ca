/**
 * The Socket port over a `ws` WebSocket, for servers and clients alike.
 *
 * It refuses to let a peer end the process: the `error` listener is attached in the constructor,
 * before a byte is parsed. Always true: the socket starts paused and flows once it has a listener;
 * a paused socket delivers nothing, although `ws` goes on parsing the chunk it already holds (up to
 * 64 KiB, thousands of tiny messages), except that a close delivers what came before it; once
 * `close` or `terminate` was called here no message follows. While paused, pongs and the peer's
 * close wait in the kernel too. Binary messages are views of a receive buffer that is never reused:
 * their offset need not be aligned.
 */
import type { WebSocket } from 'ws';
import type { Clock } from '../base/clock.ts';
import { closeCodeOfFault } from './frame-faults.ts';
import { createPingLedger, type PingLedger } from './ping-ledger.ts';
import type { Socket, SocketClose } from './socket.ts';

/** After this time without the peer's close frame the connection is cut. */
export const CLOSE_TIMEOUT_MS = 2_000;

const MAX_REASON_BYTES = 123;

type Message = string | Uint8Array;

/** Wraps an open WebSocket; call it in the turn in which the WebSocket opened. */
export function createWsSocket(ws: WebSocket, options: { remoteAddress: string; clock: Clock }): Socket {
  return new WsSocket(ws, options.remoteAddress, createPingLedger(options.clock));
}

class WsSocket implements Socket {
  readonly remoteAddress: string;
  readonly closed: Promise<SocketClose>;
  readonly #ws: WebSocket;
  readonly #pings: PingLedger;
  #listener: ((data: Message) => void) | undefined;
  #held: Message[] = [];
  #isPaused = false;
  #isClosedHere = false;
  #fault: SocketClose | undefined;
  #drainWaiters: { readonly bytes: number; readonly resolve: () => void }[] = [];

  constructor(ws: WebSocket, remoteAddress: string, pings: PingLedger) {
    ws.on('error', (error) => this.#noteFault(error));
    ws.pause();
    this.#ws = ws;
    this.#pings = pings;
    this.remoteAddress = remoteAddress;
    ws.on('message', (data, isBinary) => this.#receive(data as Buffer, isBinary));
    ws.on('pong', (data) => pings.settle(data.toString('latin1')));
    this.closed = new Promise((resolve) => {
      ws.on('close', (code, reason) => resolve(this.#finish({ code, reason: reason.toString('utf8') })));
    });
  }

  get subprotocol(): string {
    return this.#ws.protocol;
  }

  get bufferedBytes(): number {
    return this.#ws.bufferedAmount;
  }

  get isOpen(): boolean {
    return this.#ws.readyState === this.#ws.OPEN;
  }

  onMessage(listener: (data: Message) => void): void {
    this.#listener = listener;
    this.#flow();
  }

  send(data: Message): void {
    if (this.isOpen) this.#ws.send(data, this.#wakeDrainWaiters);
  }

  drained(bytes: number): Promise<void> {
    if (!this.isOpen || this.bufferedBytes <= bytes) return Promise.resolve();
    return new Promise((resolve) => this.#drainWaiters.push({ bytes, resolve }));
  }

  pause(): void {
    this.#isPaused = true;
    this.#ws.pause();
  }

  resume(): void {
    this.#isPaused = false;
    this.#flow();
  }

  ping(): Promise<number | undefined> {
    if (!this.isOpen) return Promise.resolve(undefined);
    const { payload, roundTripMs } = this.#pings.start();
    this.#ws.ping(payload);
    return roundTripMs;
  }

  close(code: number, reason: string): void {
    if (this.#isClosedHere) return;
    this.#ws.close(code, truncateUtf8(reason, MAX_REASON_BYTES));
    this.#letGo();
    // Unread audio stands before the peer's close frame; it is read and dropped.
    this.#ws.resume();
  }

  terminate(): void {
    this.#letGo();
    this.#ws.terminate();
  }

  #receive(data: Buffer, isBinary: boolean): void {
    if (this.#isClosedHere) return;
    const message = isBinary ? data : data.toString('utf8');
    if (this.#listener === undefined || this.#isPaused || this.#held.length > 0) this.#held.push(message);
    else this.#listener(message);
  }

  #flow(): void {
    this.#deliverHeld();
    if (this.#listener !== undefined && !this.#isPaused) this.#ws.resume();
  }

  #deliverHeld(): void {
    while (this.#listener !== undefined && !this.#isPaused) {
      const message = this.#held.shift();
      if (message === undefined) return;
      this.#listener(message);
    }
  }

  #letGo(): void {
    this.#isClosedHere = true;
    this.#held = [];
  }

  #noteFault(error: Error): void {
    const code = closeCodeOfFault(error);
    if (code !== undefined) this.#fault = { code, reason: error.message };
  }

  #finish(close: SocketClose): SocketClose {
    for (const message of this.#held.splice(0)) this.#listener?.(message);
    this.#pings.abandon();
    for (const waiter of this.#drainWaiters.splice(0)) waiter.resolve();
    return this.#fault ?? close;
  }

  /** One function for every send: `ws` calls it when the kernel took the frame. */
  readonly #wakeDrainWaiters = (): void => {
    if (this.#drainWaiters.length === 0) return;
    const buffered = this.bufferedBytes;
    this.#drainWaiters = this.#drainWaiters.filter((waiter) => {
      if (buffered > waiter.bytes) return true;
      waiter.resolve();
      return false;
    });
  };
}

/** `text` cut to `maxBytes` of UTF-8 without splitting a character. */
function truncateUtf8(text: string, maxBytes: number): string {
  const bytes = Buffer.from(text, 'utf8');
  if (bytes.length <= maxBytes) return text;
  return new TextDecoder().decode(bytes.subarray(0, maxBytes), { stream: true });
}
