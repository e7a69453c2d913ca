/** When each word of a session came, and how much later than without a fault. */
import type { WordArrival } from '../history/entry.ts';
import { idsIn, type SessionRecord } from './run-record.ts';
import type { SessionGap } from './verdict.ts';

/** Words that became final, in order of arrival; times count from the session's first begin. */
export function arrivalsOf(session: SessionRecord): readonly WordArrival[] {
  const originMs = session.connections.find(({ begin }) => begin !== undefined)?.begin?.t_ms ?? 0;
  const first = new Map<number, number>();
  const final = new Map<number, number>();
  for (const { t_ms, message } of session.events) {
    if (message.type !== 'transcript.partial' && message.type !== 'transcript.final') continue;
    for (const id of idsIn(message.text)) {
      if (!first.has(id)) first.set(id, t_ms - originMs);
      if (message.type === 'transcript.final' && !final.has(id)) final.set(id, t_ms - originMs);
    }
  }
  return [...final].map(([id, finalMs]) => ({ id, first_ms: first.get(id) ?? finalMs, final_ms: finalMs }));
}

/** Undefined where nothing says when the words came without a fault. */
export function gapOf(session: SessionRecord): SessionGap | undefined {
  const undisturbed = new Map(session.undisturbed.map((word) => [word.id, word]));
  const late = arrivalsOf(session).flatMap(({ id, first_ms, final_ms }) => {
    const before = undisturbed.get(id);
    return before === undefined
      ? []
      : [{ firstMs: first_ms - before.first_ms, finalMs: final_ms - before.final_ms }];
  });
  if (late.length === 0) return undefined;
  return {
    session: session.actor,
    disturbed: isDisturbed(session),
    gapFirstMs: Math.max(...late.map(({ firstMs }) => firstMs)),
    gapFinalMs: Math.max(...late.map(({ finalMs }) => finalMs)),
  };
}

function isDisturbed({ connections, events }: SessionRecord): boolean {
  return (
    connections.length > 1 ||
    events.some(({ message }) => message.type === 'warning' && message.code === 'failover')
  );
}
