import { describe, expect, it } from 'vitest';
import { jsonLine, showMessage } from '../../src/client/transcript-printer.ts';
import type { ServerMessage } from '../../src/protocol/server-messages.ts';
import { sessionBegin } from '../support/scripted-gateway.ts';

const HOSTILE = 'hi\u001b[2J\u001b]0;owned\u0007 there\u202e';

function shown(message: ServerMessage): readonly string[] {
  const lines: string[] = [];
  showMessage(
    {
      final: (text, startS) => lines.push(`final ${String(startS)} ${text}`),
      partial: (text) => lines.push(`partial ${text}`),
      note: (text) => lines.push(`note ${text}`),
    },
    message,
  );
  return lines;
}

const final = (text: string): ServerMessage => ({
  type: 'transcript.final',
  text,
  start: 1.5,
  end: 2,
  audio_end: 2,
  confidence: 1,
  words: null,
  seq: 2,
});

describe('showMessage', () => {
  it('shows text without what could move a terminal', () => {
    expect(shown(final(HOSTILE))).toEqual(['final 1.5 hi there']);
  });

  it('leaves out finals without words', () => {
    expect(shown(final(''))).toEqual([]);
  });

  it('tells warnings, those of the beginning too', () => {
    const warning = { code: 'processing_lag', message: HOSTILE } as const;
    expect(shown({ type: 'warning', ...warning, seq: 2 })).toEqual([
      'note Warning: hi there (processing_lag)',
    ]);
    expect(shown({ ...sessionBegin, warnings: [warning] } as ServerMessage)).toHaveLength(1);
  });
});

describe('jsonLine', () => {
  it('adds the time to the event and changes nothing else', () => {
    const event = { ...final('a\u001b'), later_field: [1] };
    const line = jsonLine({ ...event, receivedMs: 5 }, 1234.5678);
    expect(JSON.parse(line)).toEqual({ ...event, t_ms: 1234.6 });
    expect(line).not.toContain('\u001b');
  });
});
