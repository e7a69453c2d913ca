import { describe, expect, it } from 'vitest';
import { eventDocument, eventText, readingText } from '../../../src/models/pull/progress-text.ts';
import { createProgressView } from '../../../src/models/pull/progress-view.ts';
import { createFakeClock } from '../../support/fake-clock.ts';

const ERASE = '\r\u001b[2K';

function record(kind: 'terminal' | 'lines' | 'json' | 'silent') {
  const written: string[] = [];
  const clock = createFakeClock();
  const write = (text: string): void => void written.push(text);
  return { written, clock, view: createProgressView({ kind, clock, write, columns: () => 60 }) };
}

const progress = (receivedBytes: number, totalBytes = 4_000_000) =>
  ({ type: 'progress', file: 'a.onnx', receivedBytes, totalBytes }) as const;

describe('what a person reads', () => {
  it('[MOD-15] is how much of how much, how fast, and how long yet', () => {
    expect(
      readingText({ file: 'e.onnx', receivedBytes: 312e6, totalBytes: 623e6, bytesPerSecond: 24e6 }),
    ).toBe('e.onnx  312 MB / 623 MB  50 %  24 MB/s  13 s left');
    expect(
      readingText({ file: 'e.onnx', receivedBytes: 5e6, totalBytes: undefined, bytesPerSecond: 0 }),
    ).toBe('e.onnx  5.0 MB');
  });

  it.each([
    [{ type: 'waiting', holder: 'process 7 on a' }, 'Waiting: process 7 on a is pulling it'],
    [{ type: 'file', file: 'a', fromBytes: 0 }, 'a'],
    [{ type: 'file', file: 'a', fromBytes: 2e6, totalBytes: 4e6 }, 'a: going on from 2.0 MB'],
    [{ type: 'retry', file: 'a', reason: 'it broke off', afterMs: 500 }, 'a: it broke off; once more in 1 s'],
    [{ type: 'unpack', file: 'a.tar' }, 'Unpacking a.tar'],
  ] as const)('[MOD-15] of %j is %j', (event, text) => {
    expect(eventText(event)).toBe(text);
  });
});

describe('progress', () => {
  it('[MOD-15] is one live line on a terminal, gone before anything else is written', async () => {
    const { view, written, clock } = record('terminal');
    view.show({ type: 'file', file: 'a.onnx', fromBytes: 0, totalBytes: 4_000_000 });
    await clock.advance(1_000);
    view.show(progress(1_000_000));
    view.show(progress(1_100_000));
    view.show({ type: 'unpack', file: 'a.tar' });
    view.close();
    expect(written).toEqual([
      'a.onnx: 4.0 MB\n',
      `${ERASE}a.onnx  1.0 MB / 4.0 MB  25 %  1.0 MB/s  3 s left`,
      ERASE,
      'Unpacking a.tar\n',
    ]);
  });

  it('[MOD-15] is a line a second elsewhere', async () => {
    const { view, written, clock } = record('lines');
    for (let bytes = 100_000; bytes <= 2_500_000; bytes += 100_000) {
      view.show(progress(bytes));
      await clock.advance(100);
    }
    expect(written).toHaveLength(3);
    expect(written[2]).toMatch(/^a\.onnx {2}2\.1 MB \/ 4\.0 MB {2}52 % .*\n$/);
  });

  it('[MOD-15] is a JSON line a second for programs, in the names of the wire', async () => {
    const { view, written, clock } = record('json');
    view.show({ type: 'file', file: 'a.onnx', fromBytes: 0, totalBytes: 4_000_000 });
    await clock.advance(1_000);
    view.show(progress(1_000_000));
    expect(written.map((line) => JSON.parse(line) as unknown)).toEqual([
      { type: 'file', file: 'a.onnx', from_bytes: 0, total_bytes: 4_000_000 },
      { ...eventDocument(progress(1_000_000)), bytes_per_second: 1_000_000 },
    ]);
    expect(eventDocument(progress(1))).toEqual({
      ...{ type: 'progress', file: 'a.onnx', received_bytes: 1, total_bytes: 4_000_000 },
    });
  });

  it('[MOD-15] is nothing where nothing is wanted', () => {
    const { view, written } = record('silent');
    view.show({ type: 'unpack', file: 'a.tar' });
    view.show(progress(1));
    view.close();
    expect(written).toEqual([]);
  });
});
