/** The rules, the example of a configuration and the dashboard as Prometheus itself reads them. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { parse, stringify } from 'yaml';
import { readText } from '../architecture/tree.ts';
import { ALERT_CASES, type AlertCase } from './alert-cases.ts';
import { ALERTS_FILE, dashboardQueries, readDashboard, RULES } from './monitoring.ts';

const PROMETHEUS_FILE = 'deploy/prometheus/prometheus.yaml';

const hasPromtool = spawnSync('promtool', ['--version']).status === 0;

function promtool(...args: readonly string[]): { readonly status: number | null; readonly said: string } {
  const { status, stdout, stderr } = spawnSync('promtool', args, { encoding: 'utf8' });
  return { status, said: stdout + stderr };
}

describe.skipIf(!hasPromtool)('as Prometheus reads them', () => {
  const folder = mkdtempSync(join(tmpdir(), 'rt-promtool-'));
  afterAll(() => {
    rmSync(folder, { recursive: true });
  });

  /** One case of a file of tests; what it says when it fires is looked at as well. */
  function ruleTest(one: AlertCase, fires: boolean): unknown {
    const rule = RULES.find(({ alert }) => alert === one.alert);
    const expected = {
      exp_labels: { ...rule?.labels, ...one.labels },
      exp_annotations: { ...rule?.annotations, summary: one.summary },
    };
    return {
      interval: one.interval ?? '15s',
      input_series: Object.entries(fires ? one.fires : one.quiet).map(([series, values]) => ({
        series,
        values,
      })),
      alert_rule_test: [{ eval_time: one.at, alertname: one.alert, exp_alerts: fires ? [expected] : [] }],
    };
  }

  it('[DEP-11] are rules', () => {
    expect(promtool('check', 'rules', ALERTS_FILE)).toMatchObject({ status: 0 });
  });

  it.each(['15s', '5m'])(
    '[DEP-11] fire when they should and at no other time, looked at every %s',
    (interval) => {
      const cases = ALERT_CASES.filter((one) => (one.interval ?? '15s') === interval);
      const tests = cases.flatMap((one) => [ruleTest(one, true), ruleTest(one, false)]);
      const file = join(folder, 'tests.yaml');
      const test = { rule_files: [resolve(ALERTS_FILE)], evaluation_interval: interval, tests };
      writeFileSync(file, stringify(test));
      const { status, said } = promtool('test', 'rules', file);
      expect({ status, said }).toMatchObject({ status: 0, said: expect.stringContaining('SUCCESS') });
    },
  );

  it('[DEP-11] are loaded by the example of a configuration', () => {
    expect(promtool('check', 'config', PROMETHEUS_FILE)).toMatchObject({ status: 0 });
    const { scrape_configs: jobs } = parse(readText(PROMETHEUS_FILE)) as {
      scrape_configs: { job_name: string }[];
    };
    expect(jobs.map(({ job_name }) => job_name)).toEqual(['rt-worker', 'rt-gateway', 'rt-router']);
  });

  it('[DEP-10] the queries of the dashboard are queries', () => {
    const rules = dashboardQueries(readDashboard()).map((expr, index) => ({
      record: `dashboard:${index}`,
      expr,
    }));
    const file = join(folder, 'dashboard.yaml');
    writeFileSync(file, stringify({ groups: [{ name: 'dashboard', rules }] }));
    expect(promtool('check', 'rules', file)).toMatchObject({ status: 0 });
  });
});
