/** Says things to a client in order: numbered as a behaviour wants it, and as late. */
import type { Clock } from '../../base/clock.ts';
import { encodeMessage } from '../../protocol/codec.ts';
import type { DurableEvent, ServerMessage } from '../../protocol/server-messages.ts';
import type { Socket } from '../../transport/socket.ts';

export interface Teller {
  /** A durable event; `seq` is its place in the session. */
  tell(event: DurableEvent, seq: number): void;
  mention(message: Exclude<ServerMessage, { readonly seq: number }>): void;
  sayText(text: string): void;
  /** Does `act` once everything said before has left. */
  afterAll(act: () => void): void;
  delay(ms: number): void;
  renumber(number: (seq: number) => number): void;
}

export function createTeller(
  socket: Pick<Socket, 'send'>,
  options: { readonly clock: Clock; readonly gone: AbortSignal },
): Teller {
  const { clock, gone } = options;
  let delayMs = 0;
  let numberOf = (seq: number): number => seq;
  const late: { readonly dueMs: number; readonly act: () => void }[] = [];
  let isCatchingUp = false;

  /** One sleeper for all: a long line would be as many listeners on one signal. */
  async function catchUp(): Promise<void> {
    isCatchingUp = true;
    for (let next = late.shift(); next !== undefined; next = late.shift()) {
      await clock.sleep(Math.max(0, next.dueMs - clock.nowMs()), gone);
      next.act();
    }
    isCatchingUp = false;
  }
  const afterAll = (act: () => void): void => {
    if (delayMs === 0) {
      act();
      return;
    }
    late.push({ dueMs: clock.nowMs() + delayMs, act });
    // It rejects when the client is gone, with nobody left to tell.
    if (!isCatchingUp) catchUp().catch(() => undefined);
  };
  const sayText = (text: string): void => afterAll(() => socket.send(text));
  return {
    afterAll,
    sayText,
    tell: (event, seq) => sayText(encodeMessage({ ...event, seq: numberOf(seq) })),
    mention: (message) => sayText(encodeMessage(message)),
    delay: (ms) => {
      delayMs = ms;
    },
    renumber: (number) => {
      numberOf = number;
    },
  };
}
