import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { openMockGateway } from '../../../src/chaos/mock/mock-gateway.ts';
import { goAwayMessage } from '../../../src/protocol/goaway.ts';
import type { Socket, SocketClose } from '../../../src/transport/socket.ts';
import { dial } from '../../../src/transport/ws-client.ts';
import type { WsServer } from '../../../src/transport/ws-server.ts';

const PATH = '/v1/audio/transcriptions/stream';
const RATE = 16_000;

type Message = { readonly type: string; readonly seq?: number } & Readonly<Record<string, unknown>>;

interface Caller {
  readonly socket: Socket;
  /** What was said that is JSON. */
  readonly messages: Message[];
  readonly broken: string[];
  readonly closed: Promise<SocketClose>;
  audio(seconds: number): void;
  say(message: object): void;
  /** Resolves with the first message of `type`. */
  heard(type: string): Promise<Message>;
}

let mock: WsServer;
const sockets: Socket[] = [];
beforeAll(async () => {
  mock = await openMockGateway();
});
afterEach(() => {
  for (const socket of sockets.splice(0)) socket.terminate();
});
afterAll(() => mock.close(0));

async function call(
  behaviour: string,
  { query = '', path = PATH, authorization = '' } = {},
): Promise<Caller> {
  const asked = behaviour === '' ? '' : `mock=${encodeURIComponent(behaviour)}&`;
  const socket = await dial({
    url: `${mock.wsUrl}${path}?${asked}${query}`,
    subprotocols: ['rt.v1'],
    ...(authorization === '' ? {} : { headers: { authorization } }),
    timeoutMs: 5_000,
    maxPayloadBytes: 1 << 20,
    unreachable: 'gateway_unreachable',
  });
  sockets.push(socket);
  const messages: Message[] = [];
  const broken: string[] = [];
  let wake = (): void => {};
  socket.onMessage((data) => {
    try {
      messages.push(JSON.parse(String(data)) as Message);
    } catch {
      broken.push(String(data));
    }
    wake();
  });
  return {
    socket,
    messages,
    broken,
    closed: socket.closed,
    audio: (seconds) => {
      for (let sent = 0; sent < seconds * 10; sent += 1) socket.send(new Uint8Array(RATE / 5));
    },
    say: (message) => socket.send(JSON.stringify(message)),
    async heard(type) {
      for (;;) {
        const found = messages.find((message) => message.type === type);
        if (found !== undefined) return found;
        await new Promise<void>((resolve) => (wake = resolve));
      }
    },
  };
}

const seqsOf = (messages: readonly Message[]): number[] =>
  messages.flatMap(({ seq }) => (seq === undefined ? [] : [seq]));
const textsOf = (messages: readonly Message[]): unknown[] =>
  messages.filter(({ type }) => type === 'transcript.final').map(({ text }) => text);

describe('a session of the mock', () => {
  it('[MCK-1] happy: begins, hears words by the length of the audio, and ends', async () => {
    const caller = await call('happy', { query: 'word_timestamps=true' });
    await caller.heard('session.begin');
    caller.audio(5);
    caller.say({ type: 'end' });
    expect(await caller.closed).toEqual({ code: 1000, reason: '' });
    const { messages } = caller;
    expect(messages.map(({ type }) => type).filter((type) => type !== 'transcript.partial')).toEqual([
      'session.begin',
      ...Array.from({ length: 3 }, () => ['vad.speech_start', 'vad.speech_end', 'transcript.final']).flat(),
      'session.end',
    ]);
    expect(seqsOf(messages)).toEqual(Array.from({ length: 11 }, (_, index) => index + 1));
    expect(textsOf(messages)).toEqual(['alpha bravo charlie', 'delta echo foxtrot', 'golf hotel']);
    expect(messages.filter(({ type }) => type === 'transcript.partial')).toHaveLength(8);
    expect(messages.at(-1)).toMatchObject({
      total_duration: 5,
      transcript: 'alpha bravo charlie delta echo foxtrot golf hotel',
      segments: [
        { start: 0.2, end: 1.4 },
        { start: 2.2, end: 3.4 },
        { start: 4.2, end: 5 },
      ],
    });
    expect(messages.find(({ type }) => type === 'transcript.final')?.['words']).toContainEqual({
      word: 'bravo',
      start: 0.6,
      end: 1,
      confidence: 0.9,
    });
  });

  it('[MCK-1] the same words at another rate and encoding', async () => {
    const caller = await call('', { query: 'encoding=mulaw&sample_rate=8000&interim_results=false' });
    await caller.heard('session.begin');
    for (let sent = 0; sent < 20; sent += 1) caller.socket.send(new Uint8Array(800));
    caller.say({ type: 'end' });
    await caller.closed;
    expect(textsOf(caller.messages)).toEqual(['alpha bravo charlie']);
    expect(caller.messages.at(-1)).toMatchObject({ type: 'session.end', total_duration: 2 });
    expect(caller.messages.some(({ type }) => type === 'transcript.partial')).toBe(false);
  });

  it('[MCK-2] is chosen by parameter, token, bearer or path', async () => {
    const refusals = await Promise.all([
      call('unauthenticated'),
      call('', { query: 'token=mock:unauthenticated' }),
      call('', { authorization: 'Bearer mock:unauthenticated' }),
      call('', { path: `/unauthenticated${PATH}` }),
    ]);
    for (const { closed } of refusals) expect(await closed).toMatchObject({ code: 4001 });
  });

  it.each([
    ['sleepy', 'cannot behave like "sleepy"'],
    ['drop_after=soon', 'cannot behave like "drop_after=soon"'],
    ['happy=2s', 'cannot behave like "happy=2s"'],
    ['close_1006_after=1s', 'cannot behave like "close_1006_after=1s"'],
  ])('[MCK-3] %s is refused with what is known', async (behaviour, text) => {
    const { closed, messages } = await call(behaviour);
    expect(await closed).toMatchObject({ code: 4400 });
    expect(messages).toMatchObject([{ type: 'error', code: 'invalid_parameters' }]);
    expect(messages[0]?.['message']).toContain(text);
    expect(messages[0]?.['message']).toContain('close_1011_after=2s');
  });

  it('[MCK-3] parameters are those of the real wire', async () => {
    const { closed, messages } = await call('happy', { query: 'sample_rate=1' });
    expect(await closed).toMatchObject({ code: 4400 });
    expect(messages[0]?.['message']).toContain('sample_rate');
  });
});

describe('what a client meets', () => {
  it.each([
    ['unauthenticated', 4001, { code: 'unauthenticated', retry: 'never' }],
    ['no_capacity=5s', 1013, { code: 'no_capacity', retry: 'after', retry_after_ms: 5_000 }],
    ['superseded=50ms', 4009, { code: 'superseded', retry: 'never' }],
  ])('[MCK-4] %s', async (behaviour, code, error) => {
    const { closed, messages } = await call(behaviour);
    expect(await closed).toMatchObject({ code });
    expect(messages.at(-1)).toMatchObject({ type: 'error', recoverable: false, ...error });
    expect(seqsOf(messages)).toEqual(messages.map((_, index) => index + 1));
  });

  it('[MCK-4] lag warns and then ends', async () => {
    const { closed, messages } = await call('lag=50ms');
    expect(await closed).toMatchObject({ code: 4010 });
    expect(messages).toMatchObject([
      { type: 'session.begin' },
      { type: 'warning', code: 'processing_lag', lag_s: 3.2 },
      { type: 'error', code: 'lag_exceeded', retry: 'now' },
    ]);
  });

  it('[MCK-5] no_begin says nothing', async () => {
    const caller = await call('no_begin');
    caller.audio(1);
    expect(await caller.socket.ping()).toBeGreaterThanOrEqual(0);
    expect(caller.messages).toEqual([]);
  });

  it('[MCK-5] no_pong leaves pings unanswered', async () => {
    const caller = await call('no_pong');
    await caller.heard('session.begin');
    const answer = await Promise.race([caller.socket.ping(), sleep(300, 'none')]);
    expect(answer).toBe('none');
  });

  it('[MCK-6] close_CODE_after closes with the code and without an error', async () => {
    const startMs = performance.now();
    const { closed, messages } = await call('close_1011_after=200ms');
    expect(await closed).toMatchObject({ code: 1011 });
    expect(performance.now() - startMs).toBeGreaterThanOrEqual(190);
    expect(messages).toMatchObject([{ type: 'session.begin' }]);
  });

  it('[MCK-6] drop_after cuts without a close frame', async () => {
    expect(await (await call('drop_after=50ms')).closed).toMatchObject({ code: 1006 });
  });

  it('[MCK-6] reset_after is a TCP reset to a client that goes on sending', async () => {
    const tcp = connect(mock.address.port, '127.0.0.1');
    const fault = new Promise<string>((resolve) => {
      tcp.once('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? ''));
      tcp.once('close', () => resolve('closed'));
    });
    tcp.write(
      `GET ${PATH}?mock=reset_after=50ms HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n` +
        'Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n',
    );
    const sending = setInterval(() => tcp.write(Buffer.from('828400000000ffffffff', 'hex')), 20);
    // A write after the reset may be told before it.
    expect(await fault).toMatch(/^(ECONNRESET|EPIPE)$/);
    clearInterval(sending);
  });

  it('[MCK-7] slow tells everything late, in order', async () => {
    const startMs = performance.now();
    const caller = await call('slow=200ms');
    await caller.heard('session.begin');
    expect(performance.now() - startMs).toBeGreaterThanOrEqual(190);
    caller.audio(4);
    caller.say({ type: 'end' });
    expect(await caller.closed).toMatchObject({ code: 1000 });
    expect(seqsOf(caller.messages)).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
  });

  it('[MCK-7] goaway is said in the words of a gateway, and the session goes on to its end', async () => {
    const caller = await call('goaway=50ms');
    expect(await caller.heard('goaway')).toEqual(goAwayMessage(500));
    caller.audio(2);
    caller.say({ type: 'end' });
    expect(await caller.closed).toMatchObject({ code: 1000 });
    expect(textsOf(caller.messages)).toHaveLength(1);
  });

  it('[MCK-8] bad_json is not JSON', async () => {
    const caller = await call('bad_json');
    await expect.poll(() => caller.broken).toEqual(['{"type":"transcript.partial","text":']);
  });

  it.each([
    ['seq_hole', [1, 2, 4, 5, 6]],
    ['duplicate_seq', [1, 2, 2, 3, 4]],
  ])('[MCK-8] %s numbers wrongly', async (behaviour, seqs) => {
    const caller = await call(behaviour);
    await caller.heard('session.begin');
    caller.audio(2);
    caller.say({ type: 'end' });
    await caller.closed;
    expect(seqsOf(caller.messages)).toEqual(seqs);
  });

  it('[MCK-9] never_end goes on listening after end', async () => {
    const caller = await call('never_end');
    await caller.heard('session.begin');
    caller.say({ type: 'end' });
    caller.audio(2);
    await caller.heard('transcript.final');
    expect(caller.socket.isOpen).toBe(true);
  });

  it('[MCK-9] slow_reader holds the client back', async () => {
    const caller = await call('slow_reader', { query: 'acks=step' });
    await caller.heard('session.begin');
    const startMs = performance.now();
    for (let sent = 0; sent < 5; sent += 1) caller.socket.send(new Uint8Array(3_200));
    await expect
      .poll(() => caller.messages.filter(({ type }) => type === 'ack').length, { timeout: 4_000 })
      .toBe(5);
    // Half a second of audio at a quarter of real time; the last piece is read before its rest.
    expect(performance.now() - startMs).toBeGreaterThanOrEqual(1_500);
  });

  it('[MCK-9] broken messages are answered as on the real wire', async () => {
    const caller = await call('happy');
    caller.socket.send('{"type":"ende"}');
    expect(await caller.heard('error')).toMatchObject({ code: 'invalid_message', recoverable: true, seq: 2 });
  });
});

describe('resuming', () => {
  /** Streams until the mock drops the line; what a client knows then. */
  async function dropped(behaviour: string, seconds: number) {
    const caller = await call(behaviour, { query: 'acks=step' });
    const { resume_token: token } = await caller.heard('session.begin');
    caller.audio(seconds);
    expect(await caller.closed).toMatchObject({ code: 1006 });
    const acks = caller.messages.filter(({ type }) => type === 'ack');
    const committed = acks.at(-1)?.['committed'] as number;
    return { messages: caller.messages, token, committed, haveSeq: Math.max(...seqsOf(caller.messages)) };
  }

  it('[MCK-10] after drops no word is lost and none doubled, without any memory', async () => {
    const before = await dropped('drop_after=300ms', 5.1);
    expect(before.committed).toBe(3.8 * RATE);
    // As if the last two events had been lost with the line: the second final, which is replayed, and the start after it.
    const haveSeq = before.haveSeq - 2;
    const known = before.messages.filter(({ seq }) => seq !== undefined && seq <= haveSeq);
    let token = before.token;
    for (const [attempt, seconds] of [0.5, 4.2].entries()) {
      const caller = await call('drop_after=300ms', { query: 'acks=step&resume=true' });
      const have = Math.max(...seqsOf(known));
      caller.say({ type: 'resume', token, from_sample: before.committed, have_seq: have });
      const begin = await caller.heard('session.begin');
      expect(begin).toMatchObject({
        session_id: before.messages[0]?.['session_id'],
        epoch: attempt + 2,
        resumed: { complete: true, send_from_sample: before.committed, replayed: attempt === 0 ? 1 : 0 },
      });
      token = begin['resume_token'];
      caller.audio(seconds);
      if (attempt === 1) caller.say({ type: 'end' });
      else {
        await expect.poll(() => caller.messages.filter(({ type }) => type === 'ack').length).toBe(5);
        caller.socket.terminate();
      }
      expect(await caller.closed).toMatchObject({ code: attempt === 1 ? 1000 : 1006 });
      known.push(...caller.messages.filter(({ seq }) => seq !== undefined));
    }
    const seqs = seqsOf(known).toSorted((a, b) => a - b);
    expect(seqs).toEqual(Array.from({ length: 16 }, (_, index) => index + 1));
    expect(textsOf(known)).toEqual([
      'alpha bravo charlie',
      'delta echo foxtrot',
      'golf hotel india',
      'juliett alpha bravo',
    ]);
    expect(known.at(-1)).toMatchObject({ type: 'session.end', seq: 16, total_duration: 8 });
  });

  it('[MCK-11] resume_incomplete says that something is lost', async () => {
    const { token, committed, haveSeq } = await dropped('resume_incomplete=200ms', 3);
    const caller = await call('resume_incomplete', { query: 'acks=true&resume=true' });
    caller.say({ type: 'resume', token, from_sample: committed, have_seq: haveSeq });
    expect(await caller.heard('session.begin')).toMatchObject({ resumed: { complete: false, replayed: 0 } });
  });

  it('[MCK-11] resume_failed refuses, and so does any mock a token it has not made', async () => {
    const { token } = await dropped('resume_failed=200ms', 1);
    for (const [behaviour, offered] of [
      ['resume_failed', token],
      ['happy', 'bm90IG1pbmU'],
    ] as const) {
      const caller = await call(behaviour, { query: 'acks=true&resume=true' });
      caller.say({ type: 'resume', token: offered, from_sample: 0, have_seq: 1 });
      expect(await caller.closed).toMatchObject({ code: 4410 });
      expect(caller.messages).toMatchObject([{ type: 'error', code: 'resume_failed', retry: 'never' }]);
    }
  });
});
