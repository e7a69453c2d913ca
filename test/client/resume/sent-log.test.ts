import { describe, expect, it } from 'vitest';
import { SentLog } from '../../../src/client/resume/sent-log.ts';

/** What goes out next, to the end: bytes joined between controls. */
function rest(log: SentLog): readonly (string | number)[] {
  const said: (string | number)[] = [];
  for (let entry = log.next(); entry !== undefined; entry = log.next()) {
    said.push(...(entry instanceof Uint8Array ? entry : [entry.type]));
  }
  return said;
}

/** Four frames of two bytes, a flush behind the second, the end behind the last. */
function spoken(): SentLog {
  const log = new SentLog(2);
  log.addAudio(Uint8Array.of(0, 1, 2, 3));
  log.addControl({ type: 'flush' });
  log.addAudio(Uint8Array.of(4, 5, 6));
  log.addAudio(Uint8Array.of(7));
  log.addControl({ type: 'end' });
  return log;
}

const WHOLE = [0, 1, 2, 3, 'flush', 4, 5, 6, 7, 'end'];

describe('what was sent', () => {
  it('[CLI-4] is said again from a frame on, with controls at their places', () => {
    const log = spoken();
    expect(rest(log)).toEqual(WHOLE);
    expect([log.hasUnsent, log.endFrame]).toEqual([false, 4]);
    expect([log.rewind(1), rest(log)]).toEqual([true, WHOLE.slice(2)]);
    expect([log.rewind(2), rest(log)]).toEqual([true, WHOLE.slice(4)]);
    expect([log.rewind(3), rest(log)]).toEqual([true, WHOLE.slice(7)]);
    expect([log.rewind(4), rest(log)]).toEqual([true, ['end']]);
    expect([log.rewind(0), rest(log)]).toEqual([true, WHOLE]);
  });

  it('[CLI-4] is said once when a rewind comes in the middle of it', () => {
    const log = spoken();
    log.next();
    log.rewind(1);
    log.next();
    log.next();
    log.rewind(3);
    expect(rest(log)).toEqual([6, 7, 'end']);
  });

  it('[CLI-2] is forgotten once it is committed, in whole messages, and never what is not', () => {
    const log = spoken();
    rest(log);
    log.commit(1);
    expect([log.firstFrame, log.heldFrames]).toEqual([0, 4]);
    log.commit(2);
    expect([log.firstFrame, log.rewind(1)]).toEqual([2, false]);
    expect([log.rewind(2), rest(log)]).toEqual([true, WHOLE.slice(4)]);
    log.commit(3);
    expect(log.firstFrame).toBe(2);
    log.commit(4);
    expect([log.firstFrame, log.heldFrames, log.rewind(5), log.rewind(4), rest(log)]).toEqual([
      4,
      0,
      false,
      true,
      ['end'],
    ]);
  });

  it('[CLI-2] is not forgotten before it was sent', () => {
    const log = spoken();
    log.next();
    log.commit(4);
    expect([log.firstFrame, rest(log)]).toEqual([2, WHOLE.slice(4)]);
  });

  it('[CLI-2] has as its first frame one that is held whole', () => {
    const log = new SentLog(2);
    log.addAudio(Uint8Array.of(0, 1, 2));
    log.addAudio(Uint8Array.of(3, 4, 5));
    rest(log);
    expect(log.letGo(2)).toBe(true);
    expect([log.firstFrame, log.rewind(1), log.rewind(2), rest(log)]).toEqual([2, false, true, [4, 5]]);
  });

  it('[CLI-12] is let go from the oldest on, as far as it was sent', () => {
    const log = spoken();
    expect(log.letGo(0)).toBe(false);
    log.next();
    expect([log.letGo(0), log.firstFrame, log.letGo(0)]).toEqual([true, 2, false]);
    expect(rest(log)).toEqual(WHOLE.slice(4));
  });

  it('[CLI-4] leaves settings out after a rewind', () => {
    const log = new SentLog(1);
    log.addControl({ type: 'config', vad_threshold: 0.6 });
    log.addAudio(Uint8Array.of(0));
    expect(rest(log)).toEqual(['config', 0]);
    log.addControl({ type: 'config', vad_threshold: 0.7 });
    log.rewind(0);
    expect(rest(log)).toEqual([0]);
  });
});
