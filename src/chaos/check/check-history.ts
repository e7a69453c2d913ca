/** Judges a history by the invariants of docs/chaos.md, and says how late words were. Pure. */
import type { HistoryEntry } from '../history/entry.ts';
import { gapOf } from './arrivals.ts';
import { checkCloseReasons } from './close-reasons.ts';
import { countEchoes } from './echoes.ts';
import { checkEpochs } from './epochs.ts';
import { checkResidue } from './residue.ts';
import { checkResumePositions } from './resume-positions.ts';
import { isRefused, type RunRecord, recordRun, type SessionRecord } from './run-record.ts';
import { checkSecrets } from './secrets.ts';
import { checkSlots } from './slots.ts';
import type { Figures, InvariantId, Verdict, Violation } from './verdict.ts';
import { checkWholeWords } from './whole-words.ts';

interface Invariant {
  readonly id: InvariantId;
  readonly title: string;
  readonly check: (run: RunRecord) => readonly Violation[];
}

/** I5, who may hear what, is not a matter of faults. */
export const INVARIANTS: readonly Invariant[] = [
  { id: 'I1', title: 'every word once, in order and in its place', check: checkWholeWords },
  { id: 'I2', title: 'committed audio is not asked for again', check: checkResumePositions },
  { id: 'I3', title: 'slots within capacity, and free at the end', check: checkSlots },
  { id: 'I4', title: 'nothing of an earlier epoch', check: checkEpochs },
  { id: 'I6', title: 'open files and keys are back where they were', check: checkResidue },
  { id: 'I7', title: 'every close is explained', check: checkCloseReasons },
  { id: 'I8', title: 'no words and no tokens in logs', check: checkSecrets },
];

export function checkHistory(entries: readonly HistoryEntry[]): Verdict {
  const run = recordRun(entries);
  const invariants = INVARIANTS.map(({ id, title, check }) => {
    const violations = check(run);
    return { id, title, ok: violations.length === 0, violations };
  });
  return { invariants, figures: figuresOf(run) };
}

function figuresOf(run: RunRecord): Figures {
  const { sessions } = run;
  return {
    sessions: sessions.length,
    refused: sessions.filter(isRefused).length,
    words: sessions.reduce((sum, { truth }) => sum + truth.length, 0),
    faults: run.of('fault').length,
    failovers: sessions.reduce((sum, session) => sum + failoversOf(session), 0),
    resumes: run.of('begin').filter(({ resumed }) => resumed).length,
    echoes: sessions.reduce((sum, session) => sum + countEchoes(session), 0),
    gaps: sessions.flatMap((session) => gapOf(session) ?? []),
    resumeMs: sessions.flatMap(resumesOf),
  };
}

function failoversOf({ events }: SessionRecord): number {
  return events.filter(({ message }) => message.type === 'warning' && message.code === 'failover').length;
}

function resumesOf({ connections }: SessionRecord): readonly number[] {
  return connections.flatMap(({ begin }, index) => {
    // Tries in between that came to nothing are part of it.
    const former = connections.slice(0, index).findLast((connection) => connection.begin !== undefined);
    const lostMs = former?.close?.t_ms;
    return begin?.resumed === true && lostMs !== undefined ? [Math.max(0, begin.t_ms - lostMs)] : [];
  });
}
