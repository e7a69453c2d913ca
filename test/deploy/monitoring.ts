/** Metrics as docs/metrics.md lists them, and the queries of deploy/ that use them. */
import { readFileSync } from 'node:fs';
import { parse } from 'yaml';

export const ALERTS_FILE = 'deploy/prometheus/alerts.yaml';
export const DASHBOARD_FILE = 'deploy/grafana/rt.json';

export interface Rule {
  readonly alert?: string;
  readonly record?: string;
  readonly expr: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
}

const { groups } = parse(readFileSync(ALERTS_FILE, 'utf8')) as { groups: { rules: Rule[] }[] };

export const RULES: readonly Rule[] = groups.flatMap(({ rules }) => rules);

export interface Panel {
  readonly id: number;
  readonly type: string;
  readonly title: string;
  readonly description?: string;
  readonly gridPos: { readonly x: number; readonly y: number; readonly w: number; readonly h: number };
  readonly targets?: readonly { readonly expr: string }[];
}

export interface Dashboard {
  readonly panels: readonly Panel[];
  readonly annotations: { readonly list: readonly { readonly expr?: string }[] };
  readonly templating: { readonly list: readonly { readonly name: string; readonly definition?: string }[] };
}

export function readDashboard(): Dashboard {
  return JSON.parse(readFileSync(DASHBOARD_FILE, 'utf8')) as Dashboard;
}

/** Queries of the panels, the annotations and the variables. */
export function dashboardQueries({ panels, annotations, templating }: Dashboard): readonly string[] {
  return [
    ...panels.flatMap(({ targets = [] }) => targets.map(({ expr }) => expr)),
    ...annotations.list.flatMap(({ expr }) => expr ?? []),
    ...templating.list.flatMap(
      ({ definition }) => /^label_values\((.*), \w+\)$/.exec(definition ?? '')?.[1] ?? [],
    ),
  ];
}

/** Labels of each metric by its name, also by those that a histogram has in a scrape. */
export const DOCUMENTED_METRICS: ReadonlyMap<string, ReadonlySet<string>> = documentedMetrics();

function documentedMetrics(): ReadonlyMap<string, ReadonlySet<string>> {
  const rows = readFileSync('docs/metrics.md', 'utf8').matchAll(/^\| `(rt_\w+)` \| (\w+) \| ([^|]+) \|/gm);
  const metrics = new Map<string, ReadonlySet<string>>();
  for (const [, name = '', type, text = ''] of rows) {
    const labels = [...text.matchAll(/`(\w+)`/g)].map((match) => match[1] ?? '');
    if (type !== 'histogram') metrics.set(name, new Set(labels));
    else {
      metrics.set(`${name}_bucket`, new Set([...labels, 'le']));
      for (const suffix of ['sum', 'count']) metrics.set(`${name}_${suffix}`, new Set(labels));
    }
  }
  return metrics;
}

/** What Prometheus adds to everything it scrapes. */
const OF_SCRAPES: ReadonlySet<string> = new Set(['job', 'instance']);

/** Names and labels in a query that no process serves and no rule records. */
export function unknownIn(query: string): readonly string[] {
  const metrics = DOCUMENTED_METRICS;
  const recorded = new Set(RULES.flatMap(({ record }) => record ?? []));
  const bare = query.replaceAll(/"(?:[^"\\]|\\.)*"/g, '""');
  const unknown: string[] = [];
  const labelsSeen = new Set<string>(OF_SCRAPES);
  for (const [, name = '', selector = ''] of bare.matchAll(
    /\b((?:rt|up)(?:[_:][\w:]+)?)\b(?!\s*\()(?:\{([^}]*)\})?/g,
  )) {
    const labels = metrics.get(name);
    // Figures of the fleet are recorded by the label they keep.
    const isRecorded = recorded.has(name) || name === 'up';
    if (labels === undefined && !isRecorded) unknown.push(name);
    for (const label of labels ?? []) labelsSeen.add(label);
    if (isRecorded) for (const label of recordedLabels(name)) labelsSeen.add(label);
    const matched = [...selector.matchAll(/(\w+)\s*[=!]/g)].map((match) => match[1] ?? '');
    const known = new Set([...(labels ?? recordedLabels(name)), ...OF_SCRAPES]);
    unknown.push(...matched.filter((label) => !known.has(label)).map((label) => `${name}{${label}}`));
  }
  const kept = [...bare.matchAll(/\b(?:by|without|on|ignoring)\s*\(([^)]*)\)/g)].flatMap(([, list = '']) =>
    list.split(',').map((label) => label.trim()),
  );
  return [...unknown, ...kept.filter((label) => label !== '' && !labelsSeen.has(label))];
}

function recordedLabels(name: string): readonly string[] {
  const expression = RULES.find(({ record }) => record === name)?.expr ?? '';
  return [...expression.matchAll(/\bby\s*\(([^)]*)\)/g)].flatMap(([, list = '']) =>
    list.split(',').map((label) => label.trim()),
  );
}
