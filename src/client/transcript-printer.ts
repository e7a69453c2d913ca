/**
 * Messages of a session as the words or lines somebody asked for. Text of the other side loses its control
 * characters here, before any terminal sees it; JSON lines are written as they came.
 */
import { safeText } from '../base/terminal-text.ts';
import type { ServerMessage } from '../protocol/server-messages.ts';
import type { ReceivedMessage } from './metrics.ts';

/** Where readable text goes. */
export interface TranscriptView {
  final(text: string, startS: number): void;
  partial(text: string): void;
  note(text: string): void;
}

/** Shows finals, what may still change, and warnings. */
export function showMessage(view: TranscriptView, message: ServerMessage): void {
  switch (message.type) {
    case 'transcript.partial':
      view.partial(safeText(message.text));
      break;
    case 'transcript.final':
      if (message.text !== '') view.final(safeText(message.text), message.start);
      break;
    case 'warning':
      view.note(`Warning: ${safeText(message.message)} (${message.code})`);
      break;
    case 'session.begin':
      for (const warning of message.warnings)
        view.note(`Warning: ${safeText(warning.message)} (${warning.code})`);
      break;
    default:
      break;
  }
}

/** The message as the server sent it, with the milliseconds since the first sample was due. */
export function jsonLine(message: ReceivedMessage, sinceOriginMs: number): string {
  const { receivedMs: _, ...event } = message;
  return JSON.stringify({ ...event, t_ms: Math.round(sinceOriginMs * 10) / 10 });
}
