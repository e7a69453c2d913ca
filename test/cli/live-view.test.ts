import { describe, expect, it } from 'vitest';
import { createLiveView, type LiveView } from '../../src/cli/live-view.ts';
import type { Output } from '../../src/cli/output.ts';

const ERASE = '\r\u001b[J';
const ERASE_TWO = '\r\u001b[1A\u001b[J';

interface Recorded {
  readonly view: LiveView;
  /** Everything written, results and notes as whole lines. */
  readonly written: string[];
  readonly now: { ms: number };
}

function record(options: {
  isLive: boolean;
  columns?: number;
  ascii?: boolean;
  showFinals?: boolean;
  totalS?: number;
}): Recorded {
  const written: string[] = [];
  const now = { ms: 0 };
  const output: Output = {
    isLive: options.isLive,
    ascii: options.ascii ?? false,
    verbose: false,
    columns: () => options.columns ?? 40,
    line: (text) => written.push(`out:${text}`),
    note: (text) => written.push(`err:${text}`),
    warn: (text) => written.push(`err:${text}`),
    paint: (_style, text) => text,
  };
  const view = createLiveView({
    output,
    totalS: options.totalS,
    showFinals: options.showFinals ?? true,
    title: 'call.wav',
    write: (text) => written.push(text),
    nowMs: () => now.ms,
  });
  return { view, written, now };
}

describe('in a pipe', () => {
  it('writes one line per final and nothing else', () => {
    const { view, written } = record({ isLive: false });
    view.update({ sentS: 1 });
    view.partial('he');
    view.final('hello', 0.5);
    view.note('Warning: slow');
    view.close();
    expect(written).toEqual(['out:hello', 'err:Warning: slow']);
  });

  it('leaves finals to whoever writes another format', () => {
    const { view, written } = record({ isLive: false, showFinals: false });
    view.final('hello', 0.5);
    expect(written).toEqual([]);
  });
});

describe('on a terminal', () => {
  it('[STR-5] replaces its live lines and takes them away before a final', () => {
    const { view, written } = record({ isLive: true, totalS: 10 });
    view.update({ sentS: 5 });
    view.partial('hello w');
    view.final('hello world', 4.2);
    view.close();
    const status = '● call.wav · 0:05 / 0:10 50%';
    expect(written).toEqual([
      status,
      `${ERASE}▍ hello w\n${status}`,
      ERASE_TWO,
      'out: 0:04  hello world',
      `▍ hello w\n${status}`,
      `${ERASE_TWO}${status}`,
      ERASE,
    ]);
  });

  it('writes nothing when nothing changed', () => {
    const { view, written } = record({ isLive: true });
    view.partial('a');
    view.partial('a');
    expect(written).toHaveLength(1);
  });

  it('[STR-5] draws figures at most ten times a second, text at once', () => {
    const { view, written, now } = record({ isLive: true });
    view.update({ sentS: 1 });
    now.ms = 99;
    view.update({ sentS: 2 });
    expect(written).toHaveLength(1);
    now.ms = 100;
    view.update({ finalP95Ms: 20 });
    view.partial('a');
    expect(written).toHaveLength(3);
    expect(written[1]).toContain('0:02');
  });

  it('[STR-6] keeps the end of long text in two lines, wide characters counted twice', () => {
    const { view, written } = record({ isLive: true, columns: 30 });
    view.partial('日本語'.repeat(20));
    const [first = '', second = ''] = written[0]?.split('\n') ?? [];
    expect(first).toMatch(/^▍ …[日本語]{13}$/u);
    expect(second).toMatch(/^ {2}[日本語]{1,13}語$/u);
    expect(`${first}${second}`.replace(/[^日本語]/gu, '')).toMatch(/(?:日本語)+$/u);
  });

  it('[STR-6] shows the time alone where there is no room', () => {
    const { view, written, now } = record({ isLive: true, columns: 8 });
    view.partial('hello');
    now.ms = 100;
    view.update({ sentS: 1 });
    expect(written).toEqual(['● 0:01']);
  });

  it('uses ASCII when told', () => {
    const { view, written } = record({ isLive: true, ascii: true, columns: 30 });
    view.partial('x'.repeat(100));
    expect(written[0]).toMatch(/^\| \.\.x{25}\n {2}x{1,25}\n\* call\.wav$/);
  });

  it('says nothing live once it is closed', () => {
    const { view, written } = record({ isLive: true });
    view.partial('a');
    view.close();
    view.note('Saved');
    view.partial('b');
    expect(written.slice(1)).toEqual([ERASE_TWO, 'err:Saved']);
  });
});
