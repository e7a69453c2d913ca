import { describe, expect, it } from 'vitest';
import type { Output } from '../../src/cli/output.ts';
import { createStreamBoard } from '../../src/cli/stream-board.ts';

/** Behind whatever erases the lines before. */
const drawnIn = (text: string): string => text.slice(text.lastIndexOf('\u001b[J') + 1).replace(/^\[J/, '');

function open(options: { isLive: boolean; columns?: number; rows?: number }) {
  const written: string[] = [];
  const output: Output = {
    isLive: options.isLive,
    ascii: true,
    verbose: false,
    columns: () => options.columns ?? 60,
    line: (text) => written.push(`out:${text}`),
    note: (text) => written.push(`err:${text}`),
    warn: (text) => written.push(`err:${text}`),
    paint: (_style, text) => text,
  };
  const board = createStreamBoard({
    output,
    showFinals: true,
    rows: () => options.rows ?? 24,
    write: (text) => written.push(text),
  });
  const screen = (): readonly string[] => drawnIn(written.at(-1) ?? '').split('\n');
  return { board, written, screen };
}

describe('several streams', () => {
  it('[STR-13] each have a line on a terminal, and finals that say whose they are', () => {
    const { board, written, screen } = open({ isLive: true });
    const first = board.open({ name: 'a.wav', totalS: 10 });
    const second = board.open({ name: 'second.wav', totalS: undefined });
    first.update({ sentS: 5 });
    second.update({ sentS: 3 });
    second.partial('so who');
    expect(screen()).toEqual(['a.wav      * 0:05 / 0:10 50%', 'second.wav * 0:03  | so who']);
    second.final('so who is', 1);
    expect(written).toContain('out:second.wav  0:01  so who is');
    second.close();
    expect(screen()).toEqual(['a.wav * 0:05 / 0:10 50%']);
    first.close();
    expect(screen()).toEqual(['']);
  });

  it('[STR-13] are told apart in a pipe', () => {
    const { board, written } = open({ isLive: false });
    const view = board.open({ name: 'a.wav', totalS: 10 });
    view.update({ sentS: 5 });
    view.partial('hello');
    view.final('hello world', 0);
    view.note('Warning: slow');
    view.close();
    expect(written).toEqual(['out:a.wav: hello world', 'err:a.wav: Warning: slow']);
  });

  it('[STR-6] take no more rows than there are, and no more columns', () => {
    const { board, screen } = open({ isLive: true, rows: 6, columns: 30 });
    for (let index = 0; index < 10; index++) {
      board.open({ name: `a-rather-long-name-${String(index)}.wav`, totalS: 10 }).update({ sentS: 1 });
    }
    expect(screen()).toHaveLength(4);
    expect(screen().at(-1)).toBe('and 7 more');
    for (const line of screen()) expect(line.length).toBeLessThan(30);
  });
});
