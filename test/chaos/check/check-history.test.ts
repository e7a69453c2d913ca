import { describe, expect, it } from 'vitest';
import { checkHistory } from '../../../src/chaos/check/check-history.ts';
import { sumVerdicts } from '../../../src/chaos/check/sum-verdicts.ts';
import type { HistoryEntry } from '../../../src/chaos/history/entry.ts';
import type { ServerMessage } from '../../../src/protocol/server-messages.ts';
import {
  ack,
  at,
  changed,
  echoedHistory,
  event,
  finalOf,
  GOOD,
  partialOf,
  resumedHistory,
  withMessages,
  withMore,
  WORDS,
} from './sample-history.ts';

/** `I1: message` of everything that is violated. */
function violations(entries: readonly HistoryEntry[]): readonly string[] {
  return checkHistory(entries).invariants.flatMap((invariant) =>
    invariant.violations.map(({ message }) => `${invariant.id}: ${message}`),
  );
}

const isFinal = (message: ServerMessage, seq: number): boolean =>
  message.type === 'transcript.final' && message.seq === seq;

const CLOSED_BY_FAULT = changed((entry) => (entry.op === 'close' ? { ...entry, code: 1011 } : entry));

const ERROR: ServerMessage = {
  type: 'error',
  code: 'no_capacity',
  message: 'full',
  recoverable: false,
  retry: 'after',
  retry_after_ms: 1000,
  ref: 'RT1013',
  seq: 1,
};

describe('a history in which nothing is wrong', () => {
  it('[CHK-10] [CHK-11] violates nothing', () => {
    expect(violations(GOOD)).toEqual([]);
  });

  it('[CHK-11] [CHK-12] [CHK-14] violates nothing when a session was resumed', () => {
    expect(violations(resumedHistory({ from: 30_000 }))).toEqual([]);
  });

  it('[CHK-11] violates nothing when an old connection still spoke as the next one was asked to go on', () => {
    const late = event({ type: 'vad.speech_end', timestamp: 2, seq: 4 });
    expect(violations(resumedHistory({ from: 30_000 }, at('c0', 3_150, late)))).toEqual([]);
    const [tooEarly] = violations(resumedHistory({ from: 30_000 }, at('c0', 2_950, late)));
    expect(tooEarly).toBe('I1: seq 4 came twice with different content');
  });

  it('[CHK-11] violates nothing when a try to go on was refused, whatever the number of its error', () => {
    const refused = [
      ...at('c0', 3_050, { op: 'connect', connection: 9, gateway: 'ws://h' }),
      ...at('c0', 3_060, { op: 'event', connection: 9, message: ERROR }),
      ...at('c0', 3_070, { op: 'close', connection: 9, code: 1013, reason: '' }),
    ];
    expect(violations(resumedHistory({ from: 30_000 }, refused))).toEqual([]);
  });

  it('[CHK-15] violates nothing when a final that was never journaled is said again', () => {
    const echoed = echoedHistory([partialOf(WORDS.slice(0, 1)), finalOf(WORDS.slice(0, 2), 5)]);
    expect(violations(echoed)).toEqual([]);
    expect(checkHistory(echoed).figures.echoes).toBe(1);
  });

  it('[CHK-10] [CHK-17] violates nothing when a session was refused with advice', () => {
    const refused = [
      ...at('c0', 0, { op: 'truth', words: WORDS }, { op: 'connect', connection: 1, gateway: 'ws://g' }),
      ...at('c0', 5, event(ERROR), { op: 'close', connection: 1, code: 1013, reason: '' }),
    ];
    expect(violations(refused)).toEqual([]);
    expect(checkHistory(refused).figures.refused).toBe(1);
  });
});

const VIOLATIONS: readonly (readonly [string, string, readonly HistoryEntry[], readonly string[]])[] = [
  [
    '[CHK-10]',
    'a lost word',
    withMessages((message) =>
      isFinal(message, 3)
        ? finalOf(WORDS.slice(0, 1), 3)
        : message.type === 'session.end'
          ? { ...message, transcript: '5000001 5000003' }
          : message,
    ),
    ['I1: 1 of 3 words were lost: 5000002'],
  ],
  [
    '[CHK-10]',
    'a doubled word',
    withMessages((message) =>
      isFinal(message, 4)
        ? { ...finalOf(WORDS.slice(2), 4), text: '5000003 5000003' }
        : message.type === 'session.end'
          ? { ...message, transcript: `${message.transcript} 5000003` }
          : message,
    ),
    ['I1: word 5000003 was told twice'],
  ],
  [
    '[CHK-10]',
    'words out of order',
    withMessages((message) =>
      isFinal(message, 3)
        ? { ...finalOf(WORDS.slice(0, 2), 3), text: '5000002 5000001', words: null }
        : message.type === 'session.end'
          ? { ...message, transcript: '5000002 5000001 5000003' }
          : message,
    ),
    ['I1: word 5000001 came after 5000002'],
  ],
  [
    '[CHK-10]',
    'a word nobody said',
    withMessages((message) =>
      isFinal(message, 4)
        ? { ...finalOf(WORDS.slice(2), 4), text: '5000003 6000000' }
        : message.type === 'session.end'
          ? { ...message, transcript: `${message.transcript} 6000000` }
          : message,
    ),
    ['I1: word 6000000 was not said'],
  ],
  [
    '[CHK-10]',
    'a word at the wrong place',
    withMessages((message) => {
      if (!isFinal(message, 4)) return message;
      const final = finalOf(WORDS.slice(2), 4);
      return { ...final, words: (final.words ?? []).map((word) => ({ ...word, start: word.start + 0.032 })) };
    }),
    ['I1: word 5000003 is told at the wrong place'],
  ],
  [
    '[CHK-10]',
    'audio that is not accounted for',
    withMessages((message) =>
      message.type === 'session.end' ? { ...message, total_duration: 3.9 } : message,
    ),
    ['I1: total_duration differs by 1600 samples from the audio sent'],
  ],
  [
    '[CHK-10]',
    'a transcript that is not that of the finals',
    withMessages((message) =>
      message.type === 'session.end' ? { ...message, transcript: '5000001' } : message,
    ),
    ['I1: the transcript of session.end is not that of the finals'],
  ],
  [
    '[CHK-10]',
    'a session without an end',
    withMessages((message) => (message.type === 'session.end' ? undefined : message)),
    ['I1: closed with 1000 before session.end'],
  ],
  [
    '[CHK-10]',
    'a session that was never begun, without a word',
    [
      ...at('c0', 0, { op: 'truth', words: [] }, { op: 'connect', connection: 1, gateway: 'ws://g' }),
      ...at('c0', 5, { op: 'close', connection: 1, code: 1006, reason: '' }),
    ],
    ['I1: it did not begin and was not told why'],
  ],
  [
    '[CHK-11]',
    'a hole in the numbers',
    withMessages((message) => (message.type === 'vad.speech_start' ? undefined : message)),
    ['I1: seq 2 never came'],
  ],
  [
    '[CHK-11]',
    'a number that comes twice on one connection',
    withMore(...at('c0', 2_100, event({ type: 'vad.speech_start', timestamp: 1, seq: 2 }))),
    ['I1: seq 2 came twice on one connection'],
  ],
  [
    '[CHK-11]',
    'a resume that tells another story',
    resumedHistory({ from: 30_000 }).map((entry) =>
      entry.op === 'event' && entry.connection === 2 && isFinal(entry.message, 3)
        ? { ...entry, message: { ...entry.message, confidence: 0.5 } as ServerMessage }
        : entry,
    ),
    ['I1: seq 3 came twice with different content'],
  ],
  [
    '[CHK-11]',
    'finals that overlap',
    withMessages((message) =>
      isFinal(message, 4) ? { ...finalOf(WORDS.slice(2), 4), start: 1.5 } : message,
    ),
    ['I1: the final at 1.5 s to 3.24 s overlaps the one before it'],
  ],
  [
    '[CHK-12]',
    'committed audio that is asked for again',
    resumedHistory({ from: 29_000 }),
    ['I2: audio from 29000 was asked for again, though 30000 was committed'],
  ],
  [
    '[CHK-12]',
    'a resume that says something is missing',
    resumedHistory({ from: 30_000, complete: false }),
    ['I2: a resume was incomplete, with all audio at hand'],
  ],
  [
    '[CHK-12]',
    'a commitment that is taken back',
    withMore(...at('c0', 3_000, event(ack(20_000, 48_000)))),
    ['I2: committed fell from 30000 to 20000'],
  ],
  [
    '[CHK-12]',
    'a commitment to what was not received',
    withMore(...at('c0', 3_000, event(ack(50_000, 48_000)))),
    ['I2: committed 50000 is beyond what was received, 48000'],
  ],
  [
    '[CHK-13]',
    'a worker with more sessions than slots',
    withMore(...at('run', 200, { op: 'slots', worker: 'w', active: 2, capacity: 1 })),
    ['I3: w held 2 sessions with 1 slots'],
  ],
  [
    '[CHK-13]',
    'a slot that stays taken',
    withMore(...at('run', 14_000, { op: 'slots', worker: 'w', active: 1, capacity: 1 })),
    ['I3: w still holds 1 slots'],
  ],
  [
    '[CHK-13]',
    'a slot that stays taken, also of a gateway that was killed',
    withMore(
      ...at('run', 300, { op: 'fault', kind: 'kill', role: 'gateway', target: 'g', pid: 7 }),
      ...at('run', 24_000, { op: 'slots', worker: 'w', active: 1, capacity: 1 }),
    ),
    ['I3: w still holds 1 slots'],
  ],
  [
    '[CHK-13]',
    'a lease that is left',
    withMore(...at('run', 14_000, { op: 'leases', sessions: 1, workers: 1 })),
    ['I3: 1 session leases are left'],
  ],
  [
    '[CHK-13]',
    'an end that nobody looked at',
    changed((entry) =>
      (entry.op === 'slots' || entry.op === 'leases') && entry.t_ms > 4_050 ? [] : entry,
    ).filter((entry) => !(entry.op === 'slots' && entry.active === 1)),
    ['I3: nobody looked at the slots after the end'],
  ],
  [
    '[CHK-13]',
    'a history that breaks off',
    changed((entry) => (entry.op === 'ended' ? [] : entry)),
    ['I3: the history breaks off before the sessions ended'],
  ],
  [
    '[CHK-14]',
    'an epoch that does not rise',
    resumedHistory({ from: 30_000, epoch: 1 }),
    ['I4: epoch 1 began after 1'],
  ],
  [
    '[CHK-14]',
    'an old connection that is still told things',
    resumedHistory({ from: 30_000 }, at('c0', 3_300, event(ack(30_000, 50_000)))),
    ['I4: ack came on a connection that another one had taken the place of'],
  ],
  [
    '[CHK-14]',
    'a message before the begin',
    withMore(...at('c0', 15, event(ack(0)))),
    ['I4: ack came before session.begin'],
  ],
  [
    '[CHK-14]',
    'a final word that comes again as a partial',
    withMore(...at('c0', 3_000, event({ ...partialOf(WORDS.slice(2)), text: '5000002' } as ServerMessage))),
    ['I4: a partial tells 5000002 again, which is final'],
  ],
  [
    '[CHK-14]',
    'a partial inside of a final',
    withMore(
      ...at(
        'c0',
        3_000,
        event({ ...partialOf(WORDS.slice(2)), text: '5000003', start: 1.2 } as ServerMessage),
      ),
    ),
    ['I4: a partial begins inside the final that ends at 1.74 s'],
  ],
  [
    '[CHK-14]',
    'a text that shrinks',
    withMore(...at('c0', 1_300, event(partialOf(WORDS.slice(0, 2))))),
    ['I4: a partial goes back from 2.24 s to 1.74 s'],
  ],
  [
    '[CHK-15]',
    'a final that is said again otherwise',
    echoedHistory([{ ...finalOf(WORDS.slice(0, 2), 5), confidence: 0.5 }]),
    [
      'I1: the transcript of session.end is not that of the finals',
      'I1: the final at 1 s to 1.74 s overlaps the one before it',
      'I1: word 5000001 was told twice',
      'I1: word 5000002 was told twice',
    ],
  ],
  [
    '[CHK-15]',
    'a final that is said again though its audio is not asked for',
    echoedHistory([finalOf(WORDS.slice(0, 2), 5)], 30_000),
    [
      'I1: the transcript of session.end is not that of the finals',
      'I1: the final at 1 s to 1.74 s overlaps the one before it',
      'I1: word 5000001 was told twice',
      'I1: word 5000002 was told twice',
    ],
  ],
  [
    '[CHK-15]',
    'a final that is said three times, and a partial of it in between',
    echoedHistory([
      finalOf(WORDS.slice(0, 2), 5),
      partialOf(WORDS.slice(0, 1)),
      finalOf(WORDS.slice(0, 2), 6),
    ]),
    [
      'I1: the transcript of session.end is not that of the finals',
      'I1: the final at 1 s to 1.74 s overlaps the one before it',
      'I1: word 5000001 was told twice',
      'I1: word 5000002 was told twice',
      'I4: a partial tells 5000001 again, which is final',
    ],
  ],
  [
    '[CHK-16]',
    'files that stay open',
    withMore(...at('run', 5_000, { op: 'gauge', role: 'gateway', id: 'g', pid: 7, rss: 1, fds: 28 })),
    ['I6: gateway g has 28 open files, 25 before'],
  ],
  [
    '[CHK-16]',
    'keys that stay for ever',
    withMore(...at('run', 5_000, { op: 'keys', total: 26, expiring: 2 })),
    ['I6: 24 lasting keys are in the store, 20 before'],
  ],
  [
    '[CHK-17]',
    'a close without a reason',
    CLOSED_BY_FAULT,
    [
      'I1: session.end was followed by close 1011',
      'I7: closed with 1011 without an error that says whether to come back',
    ],
  ],
  [
    '[CHK-19]',
    'a return for nothing',
    resumedHistory({ from: 30_000 }).filter(({ op }) => op !== 'fault'),
    ['I7: it had to come back before any gateway or network had failed'],
  ],
  [
    '[CHK-19]',
    'a return for the sake of a worker',
    resumedHistory({ from: 30_000 }).map((entry) =>
      entry.op === 'fault' ? { ...entry, role: 'worker' } : entry,
    ),
    ['I7: it had to come back before any gateway or network had failed'],
  ],
  [
    '[CHK-18]',
    'a word in a log',
    withMore(...at('run', 5_000, { op: 'log', path: 'w.log', canaries: 3, matches: 2, lines: [4, 9] })),
    ['I8: w.log holds words or tokens of a session in 2 lines (4, 9)'],
  ],
];

describe('a violation', () => {
  it('[CHK-13] is not a slot that a gateway held which was killed, until its lease is over', () => {
    const entries = withMore(
      ...at('run', 300, { op: 'fault', kind: 'kill', role: 'gateway', target: 'g', pid: 7 }),
      ...at('run', 14_000, { op: 'slots', worker: 'w', active: 1, capacity: 1 }),
      ...at('run', 20_000, { op: 'slots', worker: 'w', active: 0, capacity: 1 }),
    );
    expect(violations(entries)).toEqual([]);
  });

  it.each(VIOLATIONS)('%s is seen: %s', (...row) => {
    const [, , entries, expected] = row;
    expect(violations(entries)).toEqual(expected);
  });

  it('[CHK-17] is not a close that the network or the frame parser made', () => {
    const entries = changed((entry) => (entry.op === 'close' ? { ...entry, code: 1009 } : entry));
    expect(violations(entries)).toEqual(['I1: session.end was followed by close 1009']);
  });

  it('[CHK-17] is advice to come back later that does not say when', () => {
    const { retry_after_ms: _, ...vague } = ERROR as Extract<ServerMessage, { type: 'error' }> & { seq: 1 };
    const entries = [
      ...at('c0', 0, { op: 'truth', words: [] }, { op: 'connect', connection: 1, gateway: 'ws://g' }),
      ...at('c0', 5, event(vague), { op: 'close', connection: 1, code: 1013, reason: '' }),
    ];
    expect(violations(entries)).toEqual([
      'I7: closed with 1013 without an error that says whether to come back',
    ]);
  });
});

describe('figures', () => {
  const undisturbed = at('c0', 0, {
    op: 'undisturbed',
    words: [
      { id: 5_000_001, first_ms: 1_380, final_ms: 2_180 },
      { id: 5_000_002, first_ms: 1_900, final_ms: 2_180 },
      { id: 5_000_003, first_ms: 3_300, final_ms: 4_005 },
    ],
  });

  it('[CHK-20] tell by how much the latest word was later than without a fault', () => {
    const [gap] = checkHistory([...undisturbed, ...GOOD]).figures.gaps;
    // First shown: 2,480 instead of 1,900 and 4,010 instead of 3,300; final: 2,480 instead of 2,180.
    expect(gap).toEqual({ session: 'c0', disturbed: false, gapFirstMs: 710, gapFinalMs: 300 });
  });

  it('[CHK-20] are told apart for sessions that lost something', () => {
    const failover = event({ type: 'warning', code: 'failover', message: '', gap_ms: 3, seq: 6 });
    const disturbed = checkHistory([...undisturbed, ...withMore(...at('c0', 3_900, failover))]);
    const sum = sumVerdicts([disturbed, checkHistory([...undisturbed, ...GOOD])]);
    expect(sum.gapFirstMs).toEqual({ count: 1, p50: 710, p95: 710, max: 710 });
    expect(sum.gapFirstOfAllMs.count).toBe(2);
    expect(sum.totals).toMatchObject({ sessions: 2, words: 6, failovers: 1 });
  });

  it('[CHK-21] count a resume from the loss of the connection, failed tries included', () => {
    const tried = [
      ...at('c0', 3_050, { op: 'connect', connection: 9, gateway: 'ws://h' }),
      ...at('c0', 3_060, { op: 'close', connection: 9, code: 1006, reason: 'refused' }),
    ];
    expect(checkHistory(resumedHistory({ from: 30_000 }, tried)).figures.resumeMs).toEqual([200]);
  });
});
