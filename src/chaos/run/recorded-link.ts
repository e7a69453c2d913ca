/** A connection whose messages go into a history as they come off the wire, before any client makes sense of them. */
import type { Clock } from '../../base/clock.ts';
import { messageOf } from '../../base/errors.ts';
import { type Link, openLink } from '../../client/link.ts';
import type { ReceivedMessage } from '../../client/metrics.ts';
import type { HistoryLog } from '../history/history-log.ts';

export interface LinkRecording {
  readonly actor: string;
  readonly history: HistoryLog;
  /** Whether the client is told the token by which it could come back. */
  readonly resumes: boolean;
  readonly onConnect: (gateway: string) => void;
  readonly onSession: (session: string) => void;
  /** Of each final, the first time it comes. */
  readonly onFinal: (nth: number) => void;
}

/** Makes connections that are numbered in order and recorded. */
export function recordLinks(recording: LinkRecording): typeof openLink {
  const { actor, history } = recording;
  const finals = new Set<number>();
  let connections = 0;
  return async (options, context) => {
    connections += 1;
    const connection = connections;
    const { gateway } = options;
    history.add(actor, { op: 'connect', connection, gateway });
    recording.onConnect(gateway);
    try {
      const link = await openLink(options, context);
      void link.closed.then(({ code, reason }) =>
        history.add(actor, { op: 'close', connection, code, reason }),
      );
      return recordLink(link, { ...recording, connection, finals, clock: context.clock });
    } catch (error) {
      history.add(actor, { op: 'close', connection, code: 1006, reason: messageOf(error) });
      throw error;
    }
  };
}

interface LinkParts extends LinkRecording {
  readonly connection: number;
  readonly finals: Set<number>;
  readonly clock: Clock;
}

function recordLink(link: Link, parts: LinkParts): Link {
  return { ...link, messages: recordMessages(link, parts) };
}

async function* recordMessages(link: Link, parts: LinkParts): AsyncGenerator<ReceivedMessage> {
  const { actor, history, connection, finals, resumes } = parts;
  for await (const received of link.messages) {
    const { receivedMs, ...message } = received;
    if (message.type === 'session.begin') {
      const { session_id: session, epoch } = message;
      const resumed = message.resumed !== undefined;
      history.add(actor, { op: 'begin', connection, session, epoch, resumed }, receivedMs);
      parts.onSession(session);
    }
    history.add(actor, { op: 'event', connection, message }, receivedMs);
    if (message.type === 'transcript.final' && !finals.has(message.seq)) {
      finals.add(message.seq);
      parts.onFinal(finals.size);
    }
    yield resumes ? received : withoutToken(received);
  }
}

function withoutToken(message: ReceivedMessage): ReceivedMessage {
  if (message.type !== 'session.begin') return message;
  const { resume_token: _, ...begin } = message;
  return begin;
}
