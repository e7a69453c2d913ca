/** What is to be said of a gateway, from how it answered. Pure. */
import { nearestRank } from '../../base/quantile-window.ts';
import { type Finding, fail, ok, skip, warn } from './finding.ts';
import type { NetFacts, SessionFacts } from './net-facts.ts';

/** A person waits for a session to begin. */
export const SLOW_BEGIN_MS = 1000;
/** Below this nobody notices a network in a caption. */
const SLOW_ROUND_TRIP_MS = 150;

export function judgeNet(facts: NetFacts): readonly Finding[] {
  return [...health(facts), ...session(facts.session)];
}

function health({ gateway, health: answer, readiness }: NetFacts): readonly Finding[] {
  if ('reason' in answer) {
    return [
      fail('healthz', `no answer from ${gateway}: ${answer.reason}`, {
        hint: 'Start a gateway, or correct --gateway (RT_GATEWAY); behind a proxy, see that it passes /healthz on.',
        fix: 'rt gateway',
      }),
    ];
  }
  const alive =
    answer.status === 200
      ? ok('healthz', `${gateway} is alive`)
      : fail('healthz', `${gateway} answers HTTP ${String(answer.status)}`, {
          hint: 'Something else than an rt gateway listens there, or a proxy in between answers for it.',
        });
  if (readiness === 'ready') return [alive, ok('readyz', 'takes new sessions')];
  return [
    alive,
    fail('readyz', readiness, {
      hint: 'It takes no new session until the reason is gone; see its log, and: rt doctor redis',
    }),
  ];
}

function session(facts: SessionFacts): readonly Finding[] {
  if (facts.type === 'not tried') return [skip('websocket', `not tried: ${facts.reason}`)];
  if (facts.type === 'failed') return failure(facts);
  const { openMs, beginMs, endMs, model, pingsMs } = facts;
  const begin = `session.begin after ${ms(beginMs)}, model ${model}`;
  return [
    ok('websocket', `opened after ${ms(openMs)}`),
    beginMs > SLOW_BEGIN_MS
      ? warn('session', begin, {
          hint: 'Callers wait that long: see the load of workers and Redis with rt top.',
        })
      : ok('session', begin),
    ok('end', `session.end ${ms(endMs)} after the end was said`),
    roundTrip(pingsMs),
  ];
}

/** A refusal that is one of the protocol is an answer. */
function failure({ fault, openMs }: Extract<SessionFacts, { type: 'failed' }>): readonly Finding[] {
  if (openMs === undefined) {
    return [
      fail('websocket', fault.message, {
        hint: 'HTTP answers and WebSockets do not: a proxy in between has to pass Upgrade and Connection on.',
      }),
    ];
  }
  const opened = ok('websocket', `opened after ${ms(openMs)}`);
  if (fault.code === 'no_capacity') {
    return [
      opened,
      warn('session', `refused: ${fault.message}`, {
        hint: 'Every slot is taken, or no worker is there: start one more.',
        fix: 'rt worker',
      }),
    ];
  }
  if (fault.code === 'unauthenticated' || fault.code === 'forbidden') {
    return [opened, skip('session', `not tried: ${fault.message}`)];
  }
  return [opened, fail('session', fault.message, { hint: `See: rt errors lookup ${fault.code}` })];
}

function roundTrip(pingsMs: readonly number[]): Finding {
  const sorted = pingsMs.toSorted((a, b) => a - b);
  const median = nearestRank(sorted, 0.5);
  if (median === undefined) {
    return warn('round trip', 'no pong came back', {
      hint: 'A proxy in between drops control frames; connections will be taken for dead.',
    });
  }
  const text = `${ms(median)}, worst of ${String(pingsMs.length)}: ${ms(sorted.at(-1) ?? median)}`;
  if (median <= SLOW_ROUND_TRIP_MS) return ok('round trip', text);
  return warn('round trip', text, {
    hint: 'Every result comes that much later: serve nearer to the caller.',
  });
}

function ms(value: number): string {
  return `${value.toFixed(value < 10 ? 1 : 0)} ms`;
}
