/**
 * I4: what belongs to an earlier epoch changes nothing. Seen by a client: text that is final never comes again as
 * something else, text that is shown never shrinks, epochs rise, and nothing is told before the begin of a connection.
 */
import { eventsWithoutEchoes } from './echoes.ts';
import { idsIn, type RunRecord, type SessionRecord } from './run-record.ts';
import type { Violation } from './verdict.ts';

export function checkEpochs(run: RunRecord): readonly Violation[] {
  return run.sessions.flatMap((session) =>
    [...checkBegins(session), ...checkSuperseded(session), ...checkText(session)].map((violation) => ({
      session: session.actor,
      ...violation,
    })),
  );
}

function checkBegins(session: SessionRecord): readonly Violation[] {
  const violations: Violation[] = [];
  let epoch = 0;
  for (const { begin, events } of session.connections) {
    const first = events[0];
    if (first !== undefined && first.message.type !== 'session.begin' && first.message.type !== 'error') {
      violations.push({ message: `${first.message.type} came before session.begin`, atMs: first.t_ms });
    }
    if (begin === undefined) continue;
    if (begin.epoch <= epoch) {
      violations.push({ message: `epoch ${begin.epoch} began after ${epoch}`, atMs: begin.t_ms });
    }
    epoch = begin.epoch;
  }
  return violations;
}

/** What a connection still got after another one had begun. */
function checkSuperseded({ connections }: SessionRecord): readonly Violation[] {
  return connections.flatMap(({ events }, index) => {
    const begunMs = connections[index + 1]?.begin?.t_ms;
    if (begunMs === undefined) return [];
    return events
      .filter(({ t_ms: atMs, message }) => atMs > begunMs && message.type !== 'error')
      .map(({ t_ms: atMs, message }) => ({
        message: `${message.type} came on a connection that another one had taken the place of`,
        atMs,
      }));
  });
}

function checkText(session: SessionRecord): readonly Violation[] {
  const violations: Violation[] = [];
  const final = new Set<number>();
  const seqs = new Set<number>();
  let finalEndS = 0;
  let toldS = 0;
  for (const { t_ms: atMs, message } of eventsWithoutEchoes(session)) {
    if (message.type === 'transcript.partial') {
      const again = idsIn(message.text).filter((id) => final.has(id));
      if (again.length > 0) {
        violations.push({ message: `a partial tells ${again.join(', ')} again, which is final`, atMs });
      } else if (message.start < finalEndS) {
        violations.push({ message: `a partial begins inside the final that ends at ${finalEndS} s`, atMs });
      }
      if (message.audio_end < toldS) {
        violations.push({ message: `a partial goes back from ${toldS} s to ${message.audio_end} s`, atMs });
      }
      toldS = Math.max(toldS, message.audio_end);
    } else if (message.type === 'session.begin') {
      // Another connection may be another gateway, which does not know how far the partials of this one went.
      toldS = 0;
    } else if (message.type === 'transcript.final' && !seqs.has(message.seq)) {
      seqs.add(message.seq);
      for (const id of idsIn(message.text)) final.add(id);
      finalEndS = Math.max(finalEndS, message.end);
    }
  }
  return violations;
}
