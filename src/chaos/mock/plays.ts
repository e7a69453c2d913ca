/** What each behaviour does, in the words of a stage; whatever is not said here is as in `happy`. */
import { RtError } from '../../base/errors.ts';
import type { Behaviour } from './behaviour.ts';

/** What a behaviour can do to a session. Times count from now. */
export interface Stage {
  /** Answers as a gateway does from here on, beginning with session.begin; times of `after` should follow it. */
  begin(): void;
  /** As `begin`, and leaves out the pretence that nothing was lost. */
  beginIncomplete(): void;
  after(ms: number, act: () => void): void;
  warnOfLag(lagMs: number): void;
  goAway(reconnectInMs: number): void;
  /** Says what is wrong, then closes with the code of the error. */
  fail(error: RtError): void;
  /** Closes without an error. */
  close(code: number): void;
  drop(): void;
  reset(): void;
  sayText(text: string): void;
  stopReading(): void;
  /** Reads no faster than `rate` times real time. */
  readSlowly(rate: number): void;
  /** Everything is told `ms` late. */
  delay(ms: number): void;
  renumber(number: (seq: number) => number): void;
  ignoreEnd(): void;
  /** The client asked to go on with a session. */
  readonly isResumed: boolean;
}

const SLOW_READER_RATE = 0.25;
const RECONNECT_IN_MS = 500;
const BROKEN_JSON = '{"type":"transcript.partial","text":';

/** Plays `behaviour` for one connection. */
export function play(behaviour: Behaviour, stage: Stage): void {
  const { ms } = behaviour;
  const later = (act: () => void): void => {
    stage.begin();
    stage.after(ms, act);
  };
  switch (behaviour.name) {
    case 'happy':
      return stage.begin();
    case 'no_begin':
      return;
    case 'no_pong':
      stage.begin();
      return stage.stopReading();
    case 'close_after':
      return later(() => stage.close(behaviour.code));
    case 'drop_after':
      // Once: what comes after is for the client to get right.
      return stage.isResumed ? stage.begin() : later(() => stage.drop());
    case 'reset_after':
      return stage.isResumed ? stage.begin() : later(() => stage.reset());
    case 'slow':
      stage.delay(ms);
      return stage.begin();
    case 'unauthenticated':
      return stage.fail(new RtError('unauthenticated', 'The mock lets nobody in.'));
    case 'no_capacity':
      return stage.fail(new RtError('no_capacity', 'The mock is full.', { retryAfterMs: ms }));
    case 'superseded':
      return later(() =>
        stage.fail(new RtError('superseded', 'Another connection went on with the session.')),
      );
    case 'lag':
      later(() => stage.warnOfLag(3_200));
      return stage.after(2 * ms, () =>
        stage.fail(new RtError('lag_exceeded', 'Recognition is 5.4 s behind.')),
      );
    case 'goaway':
      return later(() => stage.goAway(RECONNECT_IN_MS));
    case 'resume_incomplete':
      return stage.isResumed ? stage.beginIncomplete() : later(() => stage.drop());
    case 'resume_failed':
      if (!stage.isResumed) return later(() => stage.drop());
      return stage.fail(new RtError('resume_failed', 'The session is no longer kept.'));
    case 'bad_json':
      stage.begin();
      return stage.sayText(BROKEN_JSON);
    case 'seq_hole':
      stage.renumber((seq) => (seq >= 3 ? seq + 1 : seq));
      return stage.begin();
    case 'duplicate_seq':
      stage.renumber((seq) => (seq >= 3 ? seq - 1 : seq));
      return stage.begin();
    case 'never_end':
      stage.ignoreEnd();
      return stage.begin();
    case 'slow_reader':
      stage.begin();
      return stage.readSlowly(SLOW_READER_RATE);
  }
}
