/**
 * I2: what was acknowledged as committed is never asked for again, acknowledgements never go back, and who has kept the
 * rest is never told that something is missing.
 */
import type { Ack } from '../../protocol/server-messages.ts';
import type { RunRecord, SessionRecord } from './run-record.ts';
import type { Violation } from './verdict.ts';

export function checkResumePositions(run: RunRecord): readonly Violation[] {
  return run.sessions.flatMap((session) =>
    checkSession(session).map((violation) => ({ session: session.actor, ...violation })),
  );
}

function checkSession(session: SessionRecord): readonly Violation[] {
  const violations: Violation[] = [];
  let committed = 0;
  for (const { t_ms: atMs, message } of session.events) {
    if (message.type === 'ack') {
      violations.push(...checkAck(message, { committed, atMs }));
      committed = Math.max(committed, message.committed);
    } else if (message.type === 'session.begin' && message.resumed !== undefined) {
      const { send_from_sample: from, complete } = message.resumed;
      if (!complete) violations.push({ message: 'a resume was incomplete, with all audio at hand', atMs });
      if (from < committed) {
        violations.push({
          message: `audio from ${from} was asked for again, though ${committed} was committed`,
          atMs,
        });
      }
    }
  }
  return violations;
}

function checkAck(
  ack: Ack,
  { committed, atMs }: { readonly committed: number; readonly atMs: number },
): readonly Violation[] {
  if (ack.committed < committed) {
    return [{ message: `committed fell from ${committed} to ${ack.committed}`, atMs }];
  }
  if (ack.committed > ack.received) {
    return [{ message: `committed ${ack.committed} is beyond what was received, ${ack.received}`, atMs }];
  }
  return [];
}
