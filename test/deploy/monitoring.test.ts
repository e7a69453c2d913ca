import { existsSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { readText } from '../architecture/tree.ts';
import { ALERT_CASES } from './alert-cases.ts';
import {
  type Dashboard,
  dashboardQueries,
  DOCUMENTED_METRICS,
  type Panel,
  readDashboard,
  RULES,
  unknownIn,
} from './monitoring.ts';

/** Anchors as the common renderers make them of headings. */
function anchorsOf(document: string): ReadonlySet<string> {
  const headings = readText(document).matchAll(/^#+ (.*)$/gm);
  return new Set(
    [...headings].map(([, text = '']) =>
      text
        .toLowerCase()
        .replaceAll(/[^\w\s-]/g, '')
        .replaceAll(' ', '-'),
    ),
  );
}

describe('what is looked for in queries', () => {
  it('[DEP-10] finds names and labels that nobody serves', () => {
    expect(unknownIn('sum by (code) (rate(rt_gateway_sessions_refused_total{job="x"}[1m]))')).toEqual([]);
    expect(unknownIn('rt_gateway_session')).toEqual(['rt_gateway_session']);
    expect(unknownIn('rt_worker_lag_seconds{worker="w1"}')).toEqual(['rt_worker_lag_seconds{worker}']);
    expect(unknownIn('sum by (reason) (rt_gateway_sessions)')).toEqual(['reason']);
    expect(unknownIn('rate(rt_gateway_begin_seconds[1m])')).toEqual(['rt_gateway_begin_seconds']);
    expect(DOCUMENTED_METRICS.size).toBeGreaterThan(30);
  });
});

describe('the alerts', () => {
  const alerts = RULES.filter(({ alert }) => alert !== undefined);

  it.each(RULES.map(({ alert, record, expr }) => ({ name: alert ?? record, expr })))(
    '[DEP-10] $name asks for metrics and labels there are',
    ({ expr }) => {
      expect(unknownIn(expr)).toEqual([]);
    },
  );

  it.each(alerts)(
    '[DEP-10] $alert says what happened, what to do and where it is written',
    ({ labels, annotations }) => {
      expect(labels?.['severity']).toMatch(/^(?:critical|warning)$/);
      expect(annotations?.['summary']).toMatch(/\S/);
      expect(annotations?.['description']).toMatch(/\.$/);
      const [document = '', anchor = ''] = annotations?.['runbook_url']?.split('#') ?? [];
      expect(existsSync(document)).toBe(true);
      expect(anchorsOf(document)).toContain(anchor);
    },
  );

  it('[DEP-11] are each tried both ways', () => {
    const tried = ALERT_CASES.map(({ alert }) => alert);
    expect(tried.toSorted()).toEqual(alerts.map(({ alert }) => alert).toSorted());
  });
});

describe('the dashboard', () => {
  const dashboard: Dashboard = readDashboard();
  const panels = dashboard.panels.filter(({ type }) => type !== 'row');

  it('[DEP-10] asks for metrics and labels there are', () => {
    const queries = dashboardQueries(dashboard);
    expect(queries.length).toBeGreaterThan(30);
    expect(queries.flatMap(unknownIn)).toEqual([]);
  });

  it('[DEP-10] calls things as rt top does', () => {
    const shown = ['src/tui/facts/fleet-facts.ts', 'src/tui/table/worker-columns.ts']
      .map(readText)
      .join('\n');
    const titles = new Set(panels.map(({ title }) => title));
    const labels = ['SESSIONS', 'REJECTS', 'FAILOVERS', 'RESPONSE', 'LAG', 'BEGIN', 'WAITING'];
    for (const label of labels) expect(shown).toContain(`'${label}'`);
    expect([...titles]).toEqual(expect.arrayContaining(labels));
  });

  it('[DEP-10] shows each thing once a row, with a word of explanation, red first', () => {
    expect(new Set(dashboard.panels.map(({ id }) => id)).size).toBe(dashboard.panels.length);
    expect(panels.filter(({ description = '' }) => description === '')).toEqual([]);
    expect(panels[0]?.title).toBe('ALERTS');
    const overlaps = panels.flatMap((panel, index) =>
      panels.slice(index + 1).filter((other) => overlap(panel, other)),
    );
    expect(overlaps).toEqual([]);
  });
});

function overlap({ gridPos: a }: Panel, { gridPos: b }: Panel): boolean {
  return a.x < b.x + b.w && b.x < a.x + a.w && a.y < b.y + b.h && b.y < a.y + a.h;
}
