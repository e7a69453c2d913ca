import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';

const metricsIn = (path: string): Set<string> =>
  new Set(readFileSync(path, 'utf8').match(/\brt_[a-z0-9]+_[a-z0-9_]*[a-z0-9]\b/g));

it('[OPS-6] alerts name metrics that exist', () => {
  const documented = metricsIn('docs/metrics.md');
  const named = [...metricsIn('docs/operations.md')];
  expect(named.length).toBeGreaterThan(10);
  expect(named.filter((name) => !documented.has(name))).toEqual([]);
});
