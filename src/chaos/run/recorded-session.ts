/** A session whose sending goes into a history, and which tells when moments have come. */
import { SAMPLE_RATE } from '../../audio/frame.ts';
import type { StreamSession } from '../../client/ports.ts';
import type { HistoryLog } from '../history/history-log.ts';
import type { Fact } from './plan.ts';

/** How often a position is written down. */
const TOLD_EVERY_SAMPLES = SAMPLE_RATE / 2;
const BYTES_PER_SAMPLE = 2;

export interface SessionRecording {
  readonly actor: string;
  /** Its place among the sessions of the trial. */
  readonly index: number;
  readonly history: HistoryLog;
  readonly onFact: (fact: Fact) => void;
}

/** `session`, recorded; the position counts what was handed to `send`, 16-bit samples. */
export function recordSession(session: StreamSession, recording: SessionRecording): StreamSession {
  const { actor, index, history, onFact } = recording;
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
  void session.closed.then(tell);
  return {
    messages: session.messages,
    closed: session.closed,
    get isRecovering() {
      return session.isRecovering;
    },
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
    clear: () => session.clear(),
    configure: (config) => session.configure(config),
    close: (code) => session.close(code),
  };
}
