import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { metricsCsv } from '../../../src/bench/html/exports.ts';
import { writeReport } from '../../../src/bench/html/report-files.ts';
import { reportPage } from '../../../src/bench/html/report-page.ts';
import { lags, loadRun, wholeRun } from '../compare/bench-documents.ts';

const HOSTILE = '</td><script>alert(1)</script>"\' onload=x&\u202e';

const LADDER = loadRun(
  [1, 2, 4].map((sessions) => ({
    sessions,
    valuesMs: lags(500, 50 * sessions, sessions),
    verdict: sessions === 4 ? ('void' as const) : ('pass' as const),
  })),
  { model: HOSTILE, settings: { target: 'https://example.test/x', note: HOSTILE } },
);

const VOID_ELEMENTS = new Set(['!doctype', 'meta', 'br']);

/** Throws unless every element that is opened is closed, in order; the names of all of them. */
function parse(page: string): readonly string[] {
  const names: string[] = [];
  const open: string[] = [];
  const text = page.replace(/<style>[^<]*<\/style>/, '');
  let rest = text;
  const tag = /^<(\/?)([!a-zA-Z][\w]*)((?:\s+[\w:-]+(?:="[^"<>]*")?)*)\s*(\/?)>/;
  for (let at = rest.indexOf('<'); at !== -1; at = rest.indexOf('<')) {
    rest = rest.slice(at);
    const [whole, closing, name = '', , empty] = tag.exec(rest) ?? [];
    if (whole === undefined) throw new Error(`no tag at ${rest.slice(0, 80)}`);
    names.push(name);
    if (closing === '/') expect(open.pop()).toBe(name);
    else if (empty !== '/' && !VOID_ELEMENTS.has(name)) open.push(name);
    rest = rest.slice(whole.length);
  }
  expect(open).toEqual([]);
  return names;
}

describe('a report', () => {
  const page = reportPage([LADDER, wholeRun()]);

  it('[BEN-60] is one page that is well formed and refers to nothing', () => {
    const names = parse(page);
    expect(names).not.toContain('script');
    expect(names).not.toContain('link');
    expect(names).not.toContain('img');
    expect(page).not.toMatch(/\b(?:src|href|action)\s*=/);
    expect(page).not.toMatch(/url\(|@import/);
    expect(page).toContain("default-src 'none'".replaceAll("'", '&#39;'));
  });

  it('[BEN-60] escapes all that documents say', () => {
    expect(page).toContain('&lt;/td&gt;&lt;script&gt;alert(1)&lt;/script&gt;&quot;&#39; onload=x&amp;');
    expect(page).not.toContain('\u202e');
    expect(page).toContain('https://example.test/x');
  });

  it('[BEN-60] gives each drawing a title and a description of its own', () => {
    const labelled = [...page.matchAll(/<svg [^>]*role="img" aria-labelledby="([\w-]+) ([\w-]+)">/g)];
    expect(labelled.length).toBeGreaterThanOrEqual(6);
    for (const [, title = '', description = ''] of labelled) {
      expect(page).toMatch(new RegExp(`<title id="${title}">[^<]+</title>`));
      expect(page).toMatch(new RegExp(`<desc id="${description}">[^<]+</desc>`));
    }
    expect(new Set(labelled.map(([, title]) => title)).size).toBe(labelled.length);
    expect(page).toContain('prefers-color-scheme:dark');
  });

  it('[BEN-61] draws each step, and calls the void one void wherever it stands', () => {
    const [spectrum = ''] = /<h4>resp_lag by share[\s\S]*?<\/figure>/.exec(page) ?? [];
    const [drawing = '', legend = ''] = spectrum.split('<ul');
    expect(drawing.match(/<polyline/g)).toHaveLength(3);
    expect(drawing.match(/<g class="series c2 void">/g)).toHaveLength(1);
    expect(legend).toContain('4 sessions (void)');
    expect(page).toContain('Void at 4 sessions');
    expect(page).toMatch(/<tr class="flag"><th scope="row">4<\/th>.*void: the generator was late/);
    expect(page).not.toMatch(/NaN|undefined|Infinity/);
  });
});

describe('exports', () => {
  const folder = mkdtempSync(join(tmpdir(), 'rt-report-'));
  afterAll(() => rmSync(folder, { recursive: true }));

  it('[BEN-62] have a row of CSV for each metric of each step', () => {
    const lines = metricsCsv([LADDER]).trimEnd().split('\r\n');
    expect(lines[0]).toBe('run,kind,at,sessions,verdict,metric,n,min,mean,stddev,p50,p90,p95,p99,p99_9,max');
    expect(lines).toHaveLength(1 + 3 * 2);
    expect(lines[1]).toMatch(/^run\.json,load,2026-01-01T00:00:00\.000Z,1,pass,resp_lag,500,50/);
    const dangerous = metricsCsv([{ ...LADDER, path: '=cmd|"x",1', steps: LADDER.steps.slice(0, 1) }]);
    expect(dangerous.split('\r\n')[1]).toMatch(/^"'=cmd\|""x"",1",load/);
  });

  it('[BEN-62] have a listing of percentiles for each metric of each step', async () => {
    const hgrm = join(folder, 'hgrm');
    const written = await writeReport([LADDER], { html: undefined, csv: undefined, hgrm });
    expect(written).toHaveLength(6);
    expect(readdirSync(hgrm).sort()).toEqual(
      ['1', '2', '4'].flatMap((load) => [`load-${load}-lateness.hgrm`, `load-${load}-resp_lag.hgrm`]),
    );
    const listing = readFileSync(join(hgrm, 'load-1-resp_lag.hgrm'), 'utf8');
    expect(listing).toMatch(/^ +Value +Percentile +TotalCount +1\/\(1-Percentile\)/);
    expect(listing).toMatch(/Total count += +500\]/);
  });
});
