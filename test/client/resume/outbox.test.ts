import { describe, expect, it } from 'vitest';
import type { Link } from '../../../src/client/link.ts';
import { Outbox } from '../../../src/client/resume/outbox.ts';
import type { ClientMessage } from '../../../src/protocol/client-messages.ts';

const RATE = 1_000;

interface Ears {
  readonly link: Link;
  readonly said: readonly (ClientMessage | number)[];
}

/** A connection that takes everything; audio is kept as its length. */
function listen(): Ears {
  const said: (ClientMessage | number)[] = [];
  const nothing = (): void => undefined;
  const link: Link = {
    messages: (async function* (): AsyncGenerator<never> {})(),
    send: (audio) => void said.push(audio.byteLength),
    say: (message) => void said.push(message),
    drained: () => Promise.resolve(),
    ping: () => Promise.resolve(1),
    close: nothing,
    terminate: nothing,
    closed: new Promise(nothing),
  };
  return { link, said };
}

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
const ack = (decoded: number, committed: number) =>
  ({ type: 'ack', received: decoded, decoded, committed }) as const;

async function hasRoom(sending: Promise<void>): Promise<boolean> {
  let isDone = false;
  void sending.then(() => {
    isDone = true;
  });
  await turn();
  return isDone;
}

function open(isLive: boolean): { readonly outbox: Outbox; readonly letGoMs: readonly number[] } {
  const letGoMs: number[] = [];
  const outbox = new Outbox({ sampleRate: RATE, frameBytes: 1, isLive, onLetGo: (ms) => letGoMs.push(ms) });
  return { outbox, letGoMs };
}

describe('what is to be said', () => {
  it('[CLI-4] goes out in order, and after a resume with the settings first', async () => {
    const { outbox } = open(false);
    const first = listen();
    outbox.say({ type: 'config', min_silence_ms: 400 });
    void outbox.send(new Uint8Array(10));
    expect(first.said).toEqual([]);
    outbox.attach(first.link, () => undefined);
    await turn();
    outbox.say({ type: 'config', vad_threshold: 0.4 });
    outbox.say({ type: 'flush' });
    void outbox.send(new Uint8Array(20));
    outbox.say({ type: 'end' });
    await turn();
    const flush = { type: 'flush' };
    expect(first.said.slice(1)).toEqual([
      10,
      { type: 'config', vad_threshold: 0.4 },
      flush,
      20,
      { type: 'end' },
    ]);
    outbox.detach();
    const second = listen();
    expect(outbox.attachAt(4, second.link, () => undefined)).toBe(true);
    await turn();
    const settings = { type: 'config', min_silence_ms: 400, vad_threshold: 0.4 };
    expect(second.said).toEqual([settings, 6, flush, 20, { type: 'end' }]);
    expect(outbox.attachAt(31, listen().link, () => undefined)).toBe(false);
  });

  it('[CLI-12] holds a source back while the gateway decodes, and no longer', async () => {
    const { outbox } = open(false);
    outbox.attach(listen().link, () => undefined);
    expect(await hasRoom(outbox.send(new Uint8Array(60 * RATE)))).toBe(true);
    const sending = outbox.send(new Uint8Array(RATE));
    expect(await hasRoom(sending)).toBe(false);
    outbox.acknowledge(ack(30 * RATE, 0));
    expect(await hasRoom(sending)).toBe(false);
    // All but a second is decoded, so nothing more will be committed for waiting.
    outbox.acknowledge(ack(60 * RATE, 0));
    expect(await hasRoom(sending)).toBe(true);
    const next = outbox.send(new Uint8Array(5 * RATE));
    expect(await hasRoom(next)).toBe(false);
    outbox.acknowledge(ack(60 * RATE, 60 * RATE));
    expect(await hasRoom(next)).toBe(true);
  });

  it('[CLI-12] of a live source is kept for ten minutes, then let go from the oldest on', async () => {
    const { outbox, letGoMs } = open(true);
    outbox.attach(listen().link, () => undefined);
    for (let minute = 0; minute < 10; minute += 1) {
      expect(await hasRoom(outbox.send(new Uint8Array(60 * RATE)))).toBe(true);
    }
    expect([outbox.firstFrame, letGoMs]).toEqual([0, []]);
    expect(await hasRoom(outbox.send(new Uint8Array(RATE)))).toBe(true);
    expect([outbox.firstFrame, letGoMs]).toEqual([120 * RATE, [540_000]]);
  });

  it('[CLI-12] of a live source waits when ten minutes could not be sent', async () => {
    const { outbox } = open(true);
    void outbox.send(new Uint8Array(600 * RATE));
    const sending = outbox.send(new Uint8Array(1));
    expect(await hasRoom(sending)).toBe(false);
    outbox.stop();
    expect(await hasRoom(sending)).toBe(true);
  });

  it('[CLI-6] is not kept once it was sent when nobody can ask for it', async () => {
    const { outbox } = open(false);
    outbox.forgetWhatIsSent();
    outbox.attach(listen().link, () => undefined);
    expect(await hasRoom(outbox.send(new Uint8Array(90 * RATE)))).toBe(true);
    expect(outbox.firstFrame).toBe(90 * RATE);
  });
});
