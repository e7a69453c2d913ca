import { systemClock } from '../../src/base/clock.ts';
import { afterEach, describe, expect, it } from 'vitest';
import { streamUrl } from '../../src/client/link.ts';
import { openStreamSession } from '../../src/client/stream-session.ts';
import type { StreamOptions, StreamSession } from '../../src/client/ports.ts';
import {
  type ScriptedGateway,
  type ScriptedPeer,
  sessionBegin,
  sessionEnd,
  startScriptedGateway,
} from '../support/scripted-gateway.ts';

const OPTIONS: Omit<StreamOptions, 'gateway'> = {
  language: 'en',
  sampleRate: 16_000,
  channels: 1,
  encoding: 'pcm_s16le',
  connectTimeoutMs: 2_000,
};

let gateway: ScriptedGateway | undefined;
afterEach(async () => {
  await gateway?.stop();
  gateway = undefined;
});

async function open(
  script: (peer: ScriptedPeer) => void,
  options: Partial<StreamOptions> = {},
): Promise<StreamSession> {
  gateway = await startScriptedGateway(script);
  return openStreamSession({ ...OPTIONS, gateway: gateway.url, ...options });
}

async function typesOf(session: StreamSession): Promise<readonly string[]> {
  const types: string[] = [];
  for await (const message of session.messages) types.push(message.type);
  return types;
}

describe('streamUrl', () => {
  it('puts wire names over named options and never a token', () => {
    const url = new URL(
      streamUrl({
        ...OPTIONS,
        gateway: 'ws://h:1/',
        token: 'secret',
        query: { language: 'de', acks: 'step' },
      }),
    );
    expect(url.pathname).toBe('/v1/audio/transcriptions/stream');
    expect(Object.fromEntries(url.searchParams)).toEqual({
      language: 'de',
      encoding: 'pcm_s16le',
      sample_rate: '16000',
      channels: '1',
      acks: 'step',
    });
  });
});

describe('a session', () => {
  it('delivers messages in order with the time of receipt and ends with the socket', async () => {
    const before = systemClock.nowMs();
    const session = await open((peer) => {
      peer.say(sessionBegin);
      peer.say(sessionEnd(2, 0));
      peer.socket.close(1000, 'done');
    });
    const received = [];
    for await (const message of session.messages) received.push(message);
    expect(received.map(({ type }) => type)).toEqual(['session.begin', 'session.end']);
    for (const { receivedMs } of received) {
      expect(receivedMs).toBeGreaterThanOrEqual(before);
      expect(receivedMs).toBeLessThanOrEqual(systemClock.nowMs());
    }
    expect(await session.closed).toEqual({ code: 1000, reason: 'done' });
  });

  it('sends audio and control messages as the wire wants them', async () => {
    let seen: ScriptedPeer | undefined;
    const session = await open(
      (peer) => {
        seen = peer;
        void peer.heard('end').then(() => peer.socket.close(1000, ''));
      },
      { token: 'secret' },
    );
    await session.send(new Uint8Array(3200));
    session.configure({ interim_results: false });
    session.flush();
    session.clear();
    session.end();
    await session.closed;
    expect(seen?.audioBytes()).toBe(3200);
    expect(seen?.texts).toEqual([
      { type: 'config', interim_results: false },
      { type: 'flush' },
      { type: 'clear' },
      { type: 'end' },
    ]);
    expect(seen?.authorization).toBe('Bearer secret');
    expect(seen?.url.search).not.toContain('secret');
  });

  it('makes the sender wait while the gateway does not read', async () => {
    const session = await open((peer) => {
      peer.socket.pause();
    });
    let sentBytes = 0;
    const over = new AbortController();
    const sending = (async () => {
      while (!over.signal.aborted) {
        await session.send(new Uint8Array(60_000));
        sentBytes += 60_000;
      }
    })();
    // The kernel's buffers fill first; then the count must stand still.
    let before = -1;
    while (sentBytes !== before) {
      before = sentBytes;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    expect(sentBytes).toBeGreaterThan(1024 * 1024);
    expect(sentBytes).toBeLessThan(32 * 1024 * 1024);
    over.abort();
    await gateway?.stop();
    await sending;
  });

  it('loses nothing when the reader comes late', async () => {
    const session = await open((peer) => {
      for (let seq = 1; seq <= 5_000; seq++) peer.say({ type: 'vad.speech_start', timestamp: seq, seq });
      peer.say(sessionEnd(5_001, 0));
      peer.socket.close(1000, '');
    });
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(await typesOf(session)).toHaveLength(5_001);
  });

  it('skips what a newer gateway may send', async () => {
    const session = await open((peer) => {
      peer.socket.send('{"type":"transcript.emotion","mood":"calm"}');
      peer.say(sessionBegin);
      peer.socket.close(1000, '');
    });
    expect(await typesOf(session)).toEqual(['session.begin']);
  });

  it.each([
    ['text that is not JSON', 'hello'],
    ['an event without its fields', '{"type":"transcript.final"}'],
    ['binary data', new Uint8Array(4)],
  ])('refuses %s', async (_title, data) => {
    const session = await open((peer) => {
      peer.socket.send(data);
    });
    await expect(typesOf(session)).rejects.toMatchObject({ code: 'invalid_message' });
    expect((await gateway?.closes[0])?.code).toBe(1002);
  });
});

describe('opening', () => {
  it('says who does not answer', async () => {
    const closed = await startScriptedGateway(() => undefined);
    await closed.stop();
    await expect(openStreamSession({ ...OPTIONS, gateway: closed.url })).rejects.toMatchObject({
      code: 'gateway_unreachable',
    });
  });
});
