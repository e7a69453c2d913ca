import { describe, expect, it } from 'vitest';
import { openHistory, historyText } from '../../../src/chaos/history/history-log.ts';
import { readHistory } from '../../../src/chaos/history/read-history.ts';
import { createFakeClock } from '../../support/fake-clock.ts';
import { GOOD } from '../check/sample-history.ts';

const line = (value: unknown): string => `${JSON.stringify(value)}\n`;
const ENDED = line({ t_ms: 1, actor: 'run', op: 'ended' });

describe('a history', () => {
  it('is read as it was written', () => {
    expect(readHistory(historyText(GOOD), 'h.jsonl')).toEqual(GOOD);
  });

  it('is written with the time since it was opened', async () => {
    const clock = createFakeClock();
    const history = openHistory(clock);
    await clock.advance(1500);
    history.add('run', { op: 'ended' });
    history.add('c0', { op: 'sent', sample: 3 }, clock.nowMs() - 250.1234);
    expect(history.entries.map(({ t_ms }) => t_ms)).toEqual([1500, 1249.877]);
  });

  it('[CHK-1] may hold what this version does not know', () => {
    const other = line({ t_ms: 0, actor: 'run', op: 'weather', rain: true });
    const message = { type: 'transcript.translation', text: 'x' };
    const later = line({ t_ms: 0, actor: 'c0', op: 'event', connection: 1, message });
    expect(readHistory(other + ENDED + later, 'h.jsonl').map(({ op }) => op)).toEqual(['ended']);
  });

  it.each([
    ['{"t_ms":1,"act', 'not a JSON object, perhaps cut off'],
    ['[1]', 'not a JSON object'],
    ['{"t_ms":1,"actor":"run"}', '"op" is missing or not a string'],
    ['{"actor":"run","op":"ended"}', 'ended: "t_ms" is missing or not of the kind number'],
    ['{"t_ms":1,"actor":"c0","op":"sent"}', 'sent: "sample" is missing or not of the kind number'],
    [
      '{"t_ms":1,"actor":"c0","op":"truth","words":[{"id":1,"start":2}]}',
      'truth: "end" is missing or not of the kind number',
    ],
    ['{"t_ms":1,"actor":"c0","op":"truth","words":[7]}', 'truth: a word is not an object'],
  ])('[CHK-1] %s is refused by its line', (text, problem) => {
    expect(() => readHistory(ENDED + text, 'h.jsonl')).toThrow(`h.jsonl:2: ${problem}`);
  });

  it('[CHK-1] a message that no gateway may send is refused by its line', () => {
    const message = { type: 'transcript.final', text: 'x' };
    const text = line({ t_ms: 0, actor: 'c0', op: 'event', connection: 1, message });
    expect(() => readHistory(text, 'h.jsonl')).toThrow(/^h\.jsonl:1: event: /);
  });

  it('[CHK-1] an empty file is no history', () => {
    expect(() => readHistory('\n', 'h.jsonl')).toThrow('h.jsonl holds no history');
  });
});
