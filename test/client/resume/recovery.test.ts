import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { RtError, type WireErrorCode } from '../../../src/base/errors.ts';
import {
  type Decision,
  type Ending,
  MAX_TRIES,
  next,
  type Recovery,
  type RecoveryEvent,
  startRecovery,
} from '../../../src/client/resume/recovery.ts';
import { CLOSE_CODE, errorMessage } from '../../../src/protocol/close-codes.ts';

const running = startRecovery({ gateway: 0, gatewayCount: 3, token: 't' });
const closed = (code: number): Ending => ({ close: { code, reason: '' } });
const failing = (code: WireErrorCode, seq?: number): Ending => {
  const error = errorMessage(new RtError(code, 'm'), false);
  return { ...closed(CLOSE_CODE[code]), error: seq === undefined ? error : { ...error, seq } };
};
const lost = (ending: Ending): RecoveryEvent => ({ type: 'lost', ending });
const failed = (ending: Ending): RecoveryEvent => ({ type: 'failed', ending });
const unreachable: Ending = { fault: new RtError('gateway_unreachable', 'nobody') };

function play(state: Recovery, ...events: readonly RecoveryEvent[]): Decision {
  let decision: Decision = { state, step: { type: 'none' } };
  for (const event of events) decision = next(decision.state, event);
  return decision;
}

describe('a connection that ends', () => {
  it.each<[string, Ending, string]>([
    ['without a word', closed(1006), 'try'],
    ['leaving', closed(1001), 'try'],
    ['restarting', closed(1012), 'try'],
    ['by an inner fault', closed(1011), 'try'],
    ['by a lost worker', failing('worker_lost'), 'try'],
    ['by its own slow reading', failing('slow_reader'), 'try'],
    ['by lag', failing('lag_exceeded'), 'try'],
    ['by a gateway that stops', failing('shutting_down'), 'try'],
    ['without capacity', failing('no_capacity'), 'try'],
    ['by an error that is an event of the session', failing('lag_exceeded', 9), 'end'],
    ['superseded', failing('superseded'), 'end'],
    ['superseded, the error lost', closed(4009), 'end'],
    ['idle', failing('idle_timeout'), 'end'],
    ['too long', closed(4000), 'end'],
    ['without an end of the session', closed(1000), 'end'],
    ['by a frame that cannot be', closed(1002), 'end'],
  ])('[CLI-6] %s', (_title, ending, step) => {
    expect(next(running, lost(ending)).step.type).toBe(step);
    expect(next({ ...running, token: undefined }, lost(ending)).step.type).toBe('end');
  });

  it.each([closed(1011), failing('slow_reader'), failing('lag_exceeded')])(
    '[CLI-6] is survived once when the session brings the trouble with it',
    (ending) => {
      const again = play(running, lost(ending), { type: 'begun', token: 'u' }, { type: 'progressed' });
      expect(again.state).toMatchObject({ phase: 'running', token: 'u', tries: 0 });
      expect(next(again.state, lost(ending)).step).toMatchObject({ type: 'end', why: 'final' });
      expect(next(again.state, lost(closed(1006))).step.type).toBe('try');
    },
  );

  it('[CLI-9] is tried again at the same gateway, or at the next when this one is leaving', () => {
    expect(next(running, lost(closed(1006))).step).toMatchObject({
      gateway: 0,
      tried: 0,
      adviceMs: undefined,
    });
    expect(next(running, lost(closed(1001))).step).toMatchObject({ gateway: 1 });
    expect(next(running, lost(failing('shutting_down'))).step).toMatchObject({ gateway: 1 });
    const second = play(running, lost(closed(1006)), failed(unreachable));
    expect(second.step).toMatchObject({ gateway: 1, tried: 1 });
    expect(play(second.state, failed(unreachable), failed(unreachable)).step).toMatchObject({
      gateway: 0,
      tried: 3,
    });
  });

  it('[CLI-7] waits for as long as the gateway says', () => {
    const full = {
      ...failing('no_capacity'),
      error: errorMessage(new RtError('no_capacity', 'm', { retryAfterMs: 2_500 })),
    };
    expect(play(running, lost(closed(1006)), failed(full)).step).toMatchObject({ adviceMs: 2_500 });
    expect(play(running, lost(closed(1006)), failed(closed(1013))).step).toMatchObject({ adviceMs: 1_000 });
    const limited: Ending = { fault: new RtError('rate_limited', 'm', { retryAfterMs: 3_000 }) };
    expect(play(running, lost(closed(1006)), failed(limited)).step).toMatchObject({ adviceMs: 3_000 });
  });
});

describe('a try', () => {
  it('[CLI-6] is the last one when the gateway says never', () => {
    for (const ending of [failing('resume_failed'), failing('resume_failed', 3), failing('forbidden')]) {
      expect(play(running, lost(closed(1006)), failed(ending)).step).toMatchObject({
        type: 'end',
        why: 'final',
      });
    }
    const locked: Ending = { fault: new RtError('unauthenticated', 'no') };
    expect(play(running, lost(closed(1006)), failed(locked)).step.type).toBe('end');
  });

  it('[CLI-8] is one of ten in a row', () => {
    const failures = Array.from({ length: MAX_TRIES - 1 }, () => failed(unreachable));
    const tenth = play(running, lost(closed(1006)), ...failures);
    expect(tenth.step).toMatchObject({ type: 'try', tried: 9 });
    expect(next(tenth.state, failed(unreachable)).step).toMatchObject({ type: 'end', why: 'exhausted' });
  });

  it('[CLI-8] counts when it begins and breaks before anything new has come', () => {
    let { state, step } = next(running, lost(closed(1006)));
    let tries = 0;
    while (step.type === 'try') {
      tries += 1;
      ({ state, step } = play(state, { type: 'begun', token: 'u' }, lost(closed(1006))));
    }
    expect([tries, step]).toEqual([MAX_TRIES, expect.objectContaining({ why: 'exhausted' })]);
    const progressed = play(
      running,
      lost(closed(1006)),
      { type: 'begun', token: 'u' },
      { type: 'progressed' },
    );
    expect(progressed.state.tries).toBe(0);
  });
});

describe('a gateway that asks to go', () => {
  const moving = next(running, { type: 'goaway', reconnectInMs: 500 });

  it('[CLI-10] is left for the next one at the time it names, once', () => {
    expect(moving).toMatchObject({
      state: { phase: 'moving' },
      step: { type: 'try', gateway: 1, adviceMs: 500 },
    });
    expect(next(moving.state, { type: 'goaway', reconnectInMs: 1 }).step.type).toBe('none');
    expect(next({ ...running, token: undefined }, { type: 'goaway', reconnectInMs: 1 }).step.type).toBe(
      'none',
    );
  });

  it('[CLI-10] may close as superseded, or be lost, while the new connection is made', () => {
    for (const ending of [failing('superseded'), closed(1006), closed(1001)]) {
      expect(next(moving.state, lost(ending))).toMatchObject({
        state: { phase: 'recovering' },
        step: { type: 'none' },
      });
    }
    expect(next(moving.state, lost(failing('session_timeout', 8))).step.type).toBe('end');
  });

  it('[CLI-10] is stayed with when there is no other place', () => {
    const failures = Array.from({ length: MAX_TRIES }, () => failed(failing('shutting_down')));
    expect(play(moving.state, ...failures)).toMatchObject({
      state: { phase: 'running', tries: 0 },
      step: { type: 'none' },
    });
    expect(play(moving.state, failed(failing('resume_failed'))).state.phase).toBe('running');
  });
});

it('[CLI-8] ends, whatever happens, within ten tries without progress', () => {
  const ending = fc.constantFrom(
    closed(1006),
    closed(1012),
    closed(1011),
    failing('no_capacity'),
    unreachable,
  );
  fc.assert(
    fc.property(fc.array(fc.tuple(ending, fc.boolean()), { minLength: 30, maxLength: 40 }), (story) => {
      let { state, step } = next(running, lost(closed(1006)));
      let tries = 0;
      for (const [how, begins] of story) {
        if (step.type !== 'try') break;
        tries += 1;
        const events = begins ? [{ type: 'begun', token: 'u' } as const, lost(how)] : [failed(how)];
        ({ state, step } = play(state, ...events));
      }
      expect(step.type).toBe('end');
      expect(tries).toBeLessThanOrEqual(MAX_TRIES);
    }),
  );
});
