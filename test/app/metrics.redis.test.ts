import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startGateway } from '../../src/app/gateway.ts';
import type { RunningProcess } from '../../src/app/ports.ts';
import { startRouter } from '../../src/app/router.ts';
import { startWorker } from '../../src/app/worker.ts';
import { gatewayOptions, routerOptions, workerOptions } from '../support/processes.ts';
import { hasRedis, type RedisServer, startRedis } from '../support/redis.ts';

const SECTIONS = { worker: 'Worker', gateway: 'Gateway', router: 'Router' } as const;
type Role = keyof typeof SECTIONS;
const ROLES = Object.keys(SECTIONS) as Role[];

const document = readFileSync('docs/metrics.md', 'utf8');

/** `name type label label` of each row of a section. */
function documented(title: string): string[] {
  const section = document.split(/^## /m).find((part) => part.startsWith(`${title}\n`)) ?? '';
  return [...section.matchAll(/^\| `(rt_\w+)` \| (\w+) \| ([^|]+) \|/gm)].map(([, name, type, labels = '']) =>
    [name, type, ...[...labels.matchAll(/`(\w+)`/g)].map((match) => match[1])].join(' '),
  );
}

function served(text: string): { name: string; type: string }[] {
  return [...text.matchAll(/^# TYPE (\S+) (\S+)$/gm)].map(([, name = '', type = '']) => ({ name, type }));
}

describe.skipIf(!hasRedis)('/metrics', () => {
  let redis: RedisServer;
  const running: Partial<Record<Role, RunningProcess>> = {};

  const scrape = async (role: Role): Promise<string> =>
    (await fetch(`${running[role]?.http ?? ''}/metrics`)).text();

  beforeAll(async () => {
    redis = await startRedis();
    const cluster = { redisUrl: redis.url, prefix: redis.prefix() };
    [running.worker, running.gateway, running.router] = await Promise.all([
      startWorker(workerOptions(cluster)),
      startGateway(gatewayOptions(cluster)),
      startRouter(routerOptions(cluster)),
    ]);
  });

  afterAll(async () => {
    for (const role of ROLES) await running[role]?.stop('the test is over');
    await redis.stop();
  });

  it.each(ROLES)('[MET-1] of a %s is what the document says, and all of it', async (role) => {
    const rows = [...documented('Every process'), ...documented(SECTIONS[role])];
    const inDocument = rows.map((row) => row.split(' ').slice(0, 2).join(' ')).sort();
    const inProcess = served(await scrape(role)).map(({ name, type }) => `${name} ${type}`);
    expect(inProcess.sort()).toEqual(inDocument);
  });

  it.each(ROLES)('[MET-2] of a %s has names with our prefix and a unit', async (role) => {
    for (const { name, type } of served(await scrape(role))) {
      expect(name).toMatch(/^rt_(?:process|nodejs|worker|gateway|overload|fleet|sweep)_[a-z0-9_]+$/);
      if (type === 'counter') expect(name).toMatch(/_total$/);
      if (type === 'histogram') expect(name).toMatch(/_seconds$/);
    }
  });

  it.each(ROLES)('[MET-3] of a %s has no labels but those documented', async (role) => {
    const rows = [...documented('Every process'), ...documented(SECTIONS[role])].map((row) => row.split(' '));
    for (const [, sample = '', labels = ''] of (await scrape(role)).matchAll(/^(rt_\w+)\{([^}]*)\}/gm)) {
      const name = sample.replace(/_(?:bucket|sum|count)$/, '');
      const row = rows.find(([own]) => own === sample) ?? rows.find(([own]) => own === name) ?? [];
      const names = [...labels.matchAll(/(\w+)="/g)].map((match) => match[1] ?? '');
      expect({
        sample,
        undocumented: names.filter((label) => label !== 'le' && !row.includes(label)),
      }).toEqual({
        sample,
        undocumented: [],
      });
    }
  });

  it('[MET-4] is answered while Redis is frozen', async () => {
    expect(await scrape('router')).toMatch(/^rt_fleet_up 1$/m);
    expect(await scrape('router')).toMatch(/^rt_fleet_workers\{status="ready"\} 1$/m);
    redis.freeze();
    try {
      const text = await scrape('router');
      expect(text).toMatch(/^rt_fleet_up 0$/m);
      expect(text).toMatch(/^rt_fleet_workers\{status="ready"\} 1$/m);
    } finally {
      redis.thaw();
    }
  });
});
