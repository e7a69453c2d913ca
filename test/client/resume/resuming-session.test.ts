/** The resuming client in front of a real socket: the mock, whose words follow from the position alone. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { RtError } from '../../../src/base/errors.ts';
import { systemClock } from '../../../src/base/clock.ts';
import { openMockGateway } from '../../../src/chaos/mock/mock-gateway.ts';
import { openFaultProxy } from '../../../src/chaos/proxy/fault-proxy.ts';
import type { ReceivedMessage } from '../../../src/client/metrics.ts';
import type { ResumeNotice } from '../../../src/client/resume/notice.ts';
import {
  openResumingSession,
  type ResumingContext,
  type ResumingOptions,
} from '../../../src/client/resume/open-resuming-session.ts';
import { faultOf, streamAudio, type StreamOutcome } from '../../../src/client/streaming.ts';
import { errorMessage } from '../../../src/protocol/close-codes.ts';
import type { ServerMessage } from '../../../src/protocol/server-messages.ts';
import type { WsServer } from '../../../src/transport/ws-server.ts';
import {
  type ScriptedPeer,
  sessionBegin,
  sessionEnd,
  startScriptedGateway,
} from '../../support/scripted-gateway.ts';

let mock: WsServer;
beforeAll(async () => {
  mock = await openMockGateway();
});
afterAll(() => mock.close(0));

const AUDIO_S = 7;
const WHOLE = ['alpha bravo charlie', 'delta echo foxtrot', 'golf hotel india', 'juliett alpha'];

async function* silence(seconds: number): AsyncGenerator<Int16Array> {
  yield new Int16Array(seconds * 16_000);
}

interface Streamed {
  readonly outcome: StreamOutcome;
  readonly messages: readonly ReceivedMessage[];
  readonly notices: readonly ResumeNotice[];
}

async function stream(
  behaviour: string,
  options: Partial<ResumingOptions> = {},
  { seconds = AUDIO_S, ...context }: ResumingContext & { readonly seconds?: number } = {},
): Promise<Streamed> {
  const messages: ReceivedMessage[] = [];
  const notices: ResumeNotice[] = [];
  const session = await openResumingSession(
    {
      gateway: `${mock.wsUrl}/${behaviour}`,
      sampleRate: 16_000,
      channels: 1,
      encoding: 'pcm_s16le',
      connectTimeoutMs: 2_000,
      ...options,
    },
    { onNotice: (notice) => notices.push(notice), ...context },
  );
  const outcome = await streamAudio({
    session,
    frames: silence(seconds),
    sampleRate: 16_000,
    chunkMs: 100,
    speed: 8,
    clock: systemClock,
    signal: new AbortController().signal,
    onMessage: (message) => messages.push(message),
  });
  return { outcome, messages, notices };
}

function finalsOf(messages: readonly ReceivedMessage[]): readonly string[] {
  return messages.flatMap((message) => (message.type === 'transcript.final' ? [message.text] : []));
}

const kindsOf = ({ notices }: Streamed): readonly string[] => notices.map(({ type }) => type);

describe.concurrent('a session whose connection is lost', () => {
  it.each(['drop_after=300ms', 'reset_after=300ms', 'close_1001_after=300ms', 'close_1012_after=200ms'])(
    '[CLI-1] [CLI-6] goes on after %s without a word lost or doubled',
    async (behaviour) => {
      const streamed = await stream(behaviour);
      expect(finalsOf(streamed.messages)).toEqual(WHOLE);
      expect(kindsOf(streamed).slice(0, 2)).toEqual(['lost', 'resumed']);
      expect(streamed.outcome.metrics.summary()).toMatchObject({ seq_holes: 0, complete: true });
      expect(faultOf(streamed.outcome)).toBeUndefined();
    },
  );

  it('[CLI-6] ends with it without a token, and sends all the same', async () => {
    const whole = await stream('happy', { query: { acks: 'false' } });
    expect(finalsOf(whole.messages)).toEqual(WHOLE);
    const broken = await stream('drop_after=200ms', { query: { acks: 'false' } });
    expect(kindsOf(broken)).toEqual([]);
    expect(faultOf(broken.outcome)).toMatchObject({ code: 'session_failed' });
    expect(broken.outcome.close.code).toBe(1006);
  });

  it('[CLI-6] survives an inner fault once', async () => {
    const streamed = await stream('close_1011_after=300ms');
    expect(kindsOf(streamed)).toEqual(['lost', 'resumed']);
    expect(streamed.outcome.close.code).toBe(1011);
    expect(faultOf(streamed.outcome)?.message).toContain('1011');
  });

  it.each([
    ['superseded=200ms', 'superseded'],
    ['lag=100ms', 'lag_exceeded'],
    ['no_capacity', 'no_capacity'],
    ['unauthenticated', 'unauthenticated'],
    ['bad_json', 'invalid_message'],
  ])('[CLI-6] does not come back after %s', async (behaviour, code) => {
    const streamed = await stream(behaviour);
    expect(kindsOf(streamed)).toEqual([]);
    expect(faultOf(streamed.outcome)).toMatchObject({ code });
  });

  it('[CLI-13] says what a resume has lost', async () => {
    const { outcome, notices, messages } = await stream('resume_incomplete=300ms');
    expect(notices).toContainEqual(expect.objectContaining({ type: 'resumed', isComplete: false }));
    expect(outcome.metrics.summary()).toMatchObject({ resumes: 1, complete: false });
    expect(messages.at(-1)?.type).toBe('session.end');
  });

  it('[CLI-13] says that it cannot be resumed, and begins no other', async () => {
    const { outcome, messages } = await stream('resume_failed=300ms');
    expect(faultOf(outcome)).toMatchObject({ code: 'resume_failed' });
    expect(outcome.close.code).toBe(4410);
    expect(messages.filter(({ type }) => type === 'session.begin')).toHaveLength(1);
    expect(outcome.metrics.summary()).toMatchObject({ complete: false });
  });

  it('[CLI-10] moves when it is asked to, while the old connection stands', async () => {
    const streamed = await stream('goaway=100ms');
    expect(finalsOf(streamed.messages)).toEqual(WHOLE);
    expect(new Set(kindsOf(streamed))).toEqual(new Set(['resumed']));
    expect(streamed.outcome.metrics.summary()).toMatchObject({ complete: true });
  });
});

const resumable = { ...sessionBegin, resume_token: 'T1' } as ServerMessage;

describe.concurrent('a session that moves', () => {
  const START = { type: 'vad.speech_start', timestamp: 1 } as const;
  const resumed = { complete: true, send_from_sample: 0, replayed: 0 };

  /** Says START as number 2 on the old connection once the new one has asked, then `answer`; what is told by number. */
  async function move(last: number, answer: (old: ScriptedPeer, next: ScriptedPeer) => void) {
    const peers: ScriptedPeer[] = [];
    const gateway = await startScriptedGateway((peer) => {
      const [old] = peers;
      peers.push(peer);
      if (old === undefined) {
        peer.say(resumable);
        peer.say({ type: 'goaway', reason: 'draining', reconnect_in_ms: 0 });
      } else if (peers.length === 2) {
        void peer.heard('resume').then(async () => {
          old.say({ ...START, seq: 2 });
          // Answered behind what was said before it.
          await old.socket.ping();
          answer(old, peer);
        });
      }
    });
    const session = await openResumingSession({
      gateway: gateway.url,
      sampleRate: 16_000,
      channels: 1,
      encoding: 'pcm_s16le',
      connectTimeoutMs: 2_000,
    });
    const told: (readonly [string, number])[] = [];
    for await (const message of session.messages) {
      if ('seq' in message) told.push([message.type, message.seq]);
      if (told.at(-1)?.[1] === last) break;
    }
    session.close();
    await gateway.stop();
    return told;
  }

  it('[CLI-18] passes over what the old connection says under a number that the new one takes', async () => {
    const told = await move(3, (_old, next) => {
      next.say({ ...resumable, epoch: 2, resumed, seq: 2 } as ServerMessage);
      next.say({ ...START, seq: 3 });
    });
    expect(told).toEqual([
      ['session.begin', 1],
      ['session.begin', 2],
      ['vad.speech_start', 3],
    ]);
  });

  it('[CLI-18] tells it when the new connection comes to nothing', async () => {
    const told = await move(2, (_old, next) => next.socket.close(1013, ''));
    expect(told).toEqual([
      ['session.begin', 1],
      ['vad.speech_start', 2],
    ]);
  });

  it('[CLI-18] tells it before the end of the session', async () => {
    const told = await move(3, (old) => old.say(sessionEnd(3, 0)));
    expect(told).toEqual([
      ['session.begin', 1],
      ['vad.speech_start', 2],
      ['session.end', 3],
    ]);
  });
});

describe.concurrent('a connection that resumes', () => {
  it('[CLI-3] says where it is before anything else', async () => {
    const peers: ScriptedPeer[] = [];
    const gateway = await startScriptedGateway((peer) => {
      peers.push(peer);
      if (peers.length > 1) {
        void peer.heard('resume').then(() => peer.socket.close(1000, ''));
        return;
      }
      peer.say(resumable);
      void peer.heard('flush').then(() => {
        for (const seq of [2, 3, 5]) peer.say({ type: 'vad.speech_start', timestamp: seq, seq });
        peer.say({ type: 'ack', received: 3_200, decoded: 3_200, committed: 1_700 });
        peer.say({ ...errorMessage(new RtError('shutting_down', 'later'), false) });
        peer.socket.close(1012, '');
      });
    });
    const session = await openResumingSession({
      gateway: gateway.url,
      language: 'de',
      token: 'secret',
      sampleRate: 16_000,
      channels: 1,
      encoding: 'pcm_s16le',
      connectTimeoutMs: 2_000,
    });
    await session.send(new Uint8Array(3_200));
    await session.send(new Uint8Array(3_200));
    session.flush();
    const types: string[] = [];
    for await (const { type } of session.messages) types.push(type);
    await gateway.stop();
    const [first, second] = peers;
    expect(second?.texts).toEqual([{ type: 'resume', token: 'T1', from_sample: 1_600, have_seq: 3 }]);
    expect(second?.authorization).toBe('Bearer secret');
    const [query, resumed] = [first, second].map((peer) => Object.fromEntries(peer?.url.searchParams ?? []));
    expect(query).toMatchObject({ acks: 'true', language: 'de' });
    expect(resumed).toEqual({ ...query, resume: 'true' });
    // The error is of the connection and not of the session: the reader is not told.
    expect(types).not.toContain('error');
    expect((await session.closed).code).toBe(1000);
  });

  it.each([
    ['another session', { session_id: 'sess_ba9876543210' }, 'another session'],
    [
      'audio that is gone',
      { resumed: { complete: true, send_from_sample: 99, replayed: 0 } },
      'held are 0 to 0',
    ],
  ])('[CLI-13] gives up when it is given %s', async (_title, changes, text) => {
    const gateway = await startScriptedGateway((peer) => {
      const isResume = peer.url.searchParams.get('resume') === 'true';
      const resumed = { complete: true, send_from_sample: 0, replayed: 0 };
      peer.say(isResume ? ({ ...resumable, seq: 2, resumed, ...changes } as ServerMessage) : resumable);
      if (!isResume) peer.socket.close(1001, '');
    });
    const { outcome } = await stream('', { gateway: gateway.url }, { seconds: 0 });
    await gateway.stop();
    expect(faultOf(outcome)).toMatchObject({ code: 'session_failed' });
    expect(faultOf(outcome)?.message).toContain(text);
  });
});

describe.concurrent('a connection that is cut after some bytes', () => {
  it.each([
    ['up', [40_000, 90_000, 30_000]],
    ['down', [700, 1_100, 900, 500]],
  ] as const)('[CLI-1] on its way %s loses no word', async (direction, cuts) => {
    const proxy = await openFaultProxy({ upstream: { host: '127.0.0.1', port: mock.address.port } });
    let cut = proxy.add({ kind: 'limit_data', direction, bytes: cuts[0] });
    let used = 1;
    const onNotice = ({ type }: ResumeNotice): void => {
      // The next connection gets the next bound; after the last one there is none.
      if (type !== 'lost' && type !== 'try_failed') return;
      void cut.remove();
      const bytes = cuts[used];
      if (bytes !== undefined) cut = proxy.add({ kind: 'limit_data', direction, bytes });
      used += 1;
    };
    const gateway = `ws://127.0.0.1:${String(proxy.port)}`;
    const { outcome, messages } = await stream('', { gateway }, { onNotice });
    await proxy.close();
    expect(used).toBeGreaterThan(2);
    expect(finalsOf(messages)).toEqual(WHOLE);
    expect(outcome.metrics.summary()).toMatchObject({ seq_holes: 0, complete: true });
  });
});

it.concurrent('[CLI-16] keeps acknowledgements to itself unless its user asks for them', async () => {
  const quiet = await stream('happy');
  expect(quiet.messages.filter(({ type }) => type === 'ack')).toEqual([]);
  const { messages } = await stream('happy', { query: { acks: 'step' } });
  expect(messages.filter(({ type }) => type === 'ack').length).toBeGreaterThan(10);
});

describe.concurrent('a gateway that is gone', () => {
  it('[CLI-9] is replaced by another one', async () => {
    const first = await openMockGateway();
    const streaming = stream('', { gateway: first.wsUrl, otherGateways: [mock.wsUrl] });
    await systemClock.sleep(300);
    await first.close(0);
    const streamed = await streaming;
    expect(finalsOf(streamed.messages)).toEqual(WHOLE);
    expect(streamed.notices.at(-1)).toMatchObject({ type: 'resumed', gateway: mock.wsUrl, isComplete: true });
    const later = await stream('', { gateway: first.wsUrl, otherGateways: [mock.wsUrl] });
    expect([finalsOf(later.messages), later.notices]).toEqual([WHOLE, []]);
    await expect(stream('', { gateway: first.wsUrl })).rejects.toMatchObject({ code: 'gateway_unreachable' });
  });

  it('[CLI-8] is given up after ten tries, with the last fault', async () => {
    const first = await openMockGateway();
    const streaming = stream('', { gateway: first.wsUrl }, { random: () => 0 });
    await systemClock.sleep(300);
    await first.close(0);
    const { outcome, notices } = await streaming;
    expect(notices).toHaveLength(10);
    expect(faultOf(outcome)).toMatchObject({ code: 'session_failed' });
    expect(faultOf(outcome)?.message).toContain('10 tries');
    expect(faultOf(outcome)?.message).toContain('nothing listens there');
  });
});

describe.concurrent('a session that is closed by its user', () => {
  it('ends at once, also while it is being recovered', async () => {
    const first = await openMockGateway();
    const options = { sampleRate: 16_000, channels: 1, encoding: 'pcm_s16le', connectTimeoutMs: 2_000 };
    const session = await openResumingSession({ ...options, gateway: first.wsUrl }, { random: () => 1 });
    const types: string[] = [];
    for await (const { type } of session.messages) {
      types.push(type);
      await first.close(0);
      while (!session.isRecovering) await systemClock.sleep(5);
      session.close();
    }
    expect([types, await session.closed]).toEqual([['session.begin'], { code: 1000, reason: '' }]);
    await session.send(new Uint8Array(10));
  });
});

it.concurrent('[CLI-15] is not opened for packets of Opus', async () => {
  await expect(stream('happy', { encoding: 'opus' })).rejects.toMatchObject({ code: 'usage' });
});
