import { describe, expect, it } from 'vitest';
import { createLiveView, type LiveView } from '../../src/cli/live-view.ts';
import type { Output } from '../../src/cli/output.ts';

const ERASE = '\r\u001b[2K';

interface Recorded {
  readonly view: LiveView;
  /** Everything written, results and notes as whole lines. */
  readonly written: string[];
}

function record(options: {
  isLive: boolean;
  columns?: number;
  ascii?: boolean;
  showFinals?: boolean;
  totalS?: number;
}): Recorded {
  const written: string[] = [];
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
    write: (text) => written.push(text),
  });
  return { view, written };
}

describe('in a pipe', () => {
  it('writes one line per final and nothing else', () => {
    const { view, written } = record({ isLive: false });
    view.progress(1);
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
  it('replaces one live line and takes it away before a final', () => {
    const { view, written } = record({ isLive: true, totalS: 10 });
    view.progress(5);
    view.partial('hello w');
    view.final('hello world', 4.2);
    view.close();
    expect(written).toEqual([
      `${ERASE}0:05 / 0:10 50%`,
      `${ERASE}0:05 / 0:10 50%  ▍hello w`,
      ERASE,
      'out: 0:04  hello world',
      `${ERASE}0:05 / 0:10 50%`,
      ERASE,
    ]);
  });

  it('writes nothing when nothing changed', () => {
    const { view, written } = record({ isLive: true });
    view.partial('a');
    view.partial('a');
    view.progress(0.2);
    expect(written).toHaveLength(1);
  });

  it('keeps the end of long text within the width, wide characters counted twice', () => {
    const { view, written } = record({ isLive: true, columns: 30 });
    view.partial('日本語'.repeat(20));
    const line = written[0]?.slice(ERASE.length) ?? '';
    expect(line).toMatch(/^0:00 {2}▍…(?:[日本語]){10}$/u);
  });

  it('shows progress alone where there is no room', () => {
    const { view, written } = record({ isLive: true, columns: 12 });
    view.partial('hello');
    expect(written).toEqual([`${ERASE}0:00`]);
  });

  it('uses ASCII when told', () => {
    const { view, written } = record({ isLive: true, ascii: true, columns: 30 });
    view.partial('x'.repeat(100));
    expect(written[0]?.slice(ERASE.length)).toMatch(/^0:00 {2}\|\.\.x+$/);
  });
});
