/** A session whose every word, both ways, goes into a history, and which tells what moments have come. */
import { int16ToS16le } from '../../audio/pcm.ts';
import { SAMPLE_RATE } from '../../audio/frame.ts';
import type { ReceivedMessage } from '../../client/metrics.ts';
import type { StreamSession } from '../../client/ports.ts';
import type { HistoryLog } from '../history/history-log.ts';
import type { Fact } from './plan.ts';
import type { SessionProgram } from './session-program.ts';

/** How often a position is written down. */
const TOLD_EVERY_SAMPLES = SAMPLE_RATE / 2;
const BYTES_PER_SAMPLE = int16ToS16le(new Int16Array(1)).length;

export interface RecordingOptions {
  readonly program: SessionProgram;
  /** Its place among the sessions of the trial. */
  readonly index: number;
  readonly history: HistoryLog;
  readonly onFact: (fact: Fact) => void;
  readonly onSessionId: (session: string) => void;
}

/** `session`, recorded; the position counts what was handed to `send`. */
export function recordSession(session: StreamSession, options: RecordingOptions): StreamSession {
  const { program, index, history, onFact } = options;
  const { actor } = program;
  let sentSamples = 0;
  let toldSamples = 0;
  const tell = (): void => {
    if (toldSamples === sentSamples) return;
    toldSamples = sentSamples;
    history.add(actor, { op: 'sent', sample: sentSamples });
  };
  const say = (what: 'flush' | 'end'): void => {
    tell();
    history.add(actor, { op: 'said', what, sample: sentSamples });
    onFact({ on: 'said', session: index, what });
  };
  void session.closed.then(({ code, reason }) => {
    tell();
    history.add(actor, { op: 'close', code, reason });
  });
  return {
    ...session,
    messages: recordMessages(session, options),
    async send(audio) {
      sentSamples += audio.length / BYTES_PER_SAMPLE;
      if (sentSamples - toldSamples >= TOLD_EVERY_SAMPLES) tell();
      onFact({ on: 'sent', session: index, sample: sentSamples });
      await session.send(audio);
    },
    flush() {
      session.flush();
      say('flush');
    },
    end() {
      session.end();
      say('end');
    },
  };
}

async function* recordMessages(
  session: StreamSession,
  { program: { actor }, index, history, onFact, onSessionId }: RecordingOptions,
): AsyncGenerator<ReceivedMessage> {
  let finals = 0;
  for await (const received of session.messages) {
    const { receivedMs, ...message } = received;
    if (message.type === 'session.begin') {
      const { session_id: id, epoch, resumed } = message;
      history.add(actor, { op: 'begin', session: id, epoch, resumed: resumed !== undefined }, receivedMs);
      onSessionId(id);
    }
    history.add(actor, { op: 'event', message }, receivedMs);
    if (message.type === 'transcript.final') onFact({ on: 'final', session: index, nth: ++finals });
    yield received;
  }
}
