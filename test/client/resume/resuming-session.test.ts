/** The resuming client in front of a real socket: the mock, whose words follow from the position alone. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { systemClock } from '../../../src/base/clock.ts';
import { openMockGateway } from '../../../src/chaos/mock/mock-gateway.ts';
import type { ReceivedMessage } from '../../../src/client/metrics.ts';
import type { ResumeNotice } from '../../../src/client/resume/notice.ts';
import {
  openResumingSession,
  type ResumingContext,
  type ResumingOptions,
} from '../../../src/client/resume/open-resuming-session.ts';
import { faultOf, streamAudio, type StreamOutcome } from '../../../src/client/streaming.ts';
import type { WsServer } from '../../../src/transport/ws-server.ts';

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
  context: ResumingContext = {},
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
    frames: silence(AUDIO_S),
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

describe('a session whose connection is lost', () => {
  it.each(['drop_after=300ms', 'reset_after=300ms', 'close_1001_after=300ms', 'close_1012_after=200ms'])(
    'goes on after %s without a word lost or doubled',
    async (behaviour) => {
      const { outcome, messages, notices } = await stream(behaviour);
      expect(finalsOf(messages)).toEqual(WHOLE);
      expect(notices.map(({ type }) => type).slice(0, 2)).toEqual(['lost', 'resumed']);
      expect(outcome.metrics.summary()).toMatchObject({ seq_holes: 0, complete: true });
      expect(faultOf(outcome)).toBeUndefined();
    },
  );
});
