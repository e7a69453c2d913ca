/**
 * What a resumed session says a second time. A gateway that dies between telling an event and writing it into the
 * journal leaves the next one in the dark: that one hears the audio again and says what it heard under new numbers.
 * Finals lie one behind the other, so what lies before the end of the last one that was told is an echo, and so are the
 * partials that lead up to it.
 */
import type { ReceivedMessage } from '../metrics.ts';

export interface Echoes {
  /** The session goes on elsewhere; events above `seq` are said by the new owner. */
  resumed(seq: number): void;
  /** Whether the message repeats what was told; remembers what is not. */
  isEcho(message: ReceivedMessage): boolean;
}

export function createEchoes(): Echoes {
  let finalEndS = 0;
  let newFrom = Number.POSITIVE_INFINITY;
  return {
    resumed(seq) {
      newFrom = seq;
    },
    isEcho(message) {
      const isNew = 'seq' in message ? message.seq > newFrom : Number.isFinite(newFrom);
      if (isNew && isBefore(message, finalEndS)) return true;
      if (message.type === 'transcript.final') finalEndS = Math.max(finalEndS, message.end);
      return false;
    },
  };
}

function isBefore(message: ReceivedMessage, endS: number): boolean {
  switch (message.type) {
    case 'transcript.final':
    case 'transcript.partial':
      return message.start < endS;
    case 'vad.speech_start':
      return message.timestamp < endS;
    case 'vad.speech_end':
      return message.timestamp <= endS;
    default:
      return false;
  }
}
