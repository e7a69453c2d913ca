/** doctor, check, context, config and schema as installed: exit codes, documents, and what leaves in a bundle. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Cluster, openRegistry } from '../../src/app/open-registry.ts';
import { schemaNamed } from '../../src/schema/catalogue.ts';
import { gatewayDigest, gatewaySession, workerDigest } from '../support/digests.ts';
import { sessionInfo, workerId, workerInfo } from '../support/fleet.ts';
import { hasRedis, type RedisServer, startRedis } from '../support/redis.ts';
import { type Finished, runRt } from '../support/rt-process.ts';

const NOBODY = '127.0.0.1:9';

let home: string;
let environment: Record<string, string>;
beforeAll(() => {
  home = mkdtempSync(join(tmpdir(), 'rt-aids-'));
  environment = { HOME: home };
});
afterAll(() => {
  rmSync(home, { recursive: true });
});

const rt = (args: readonly string[], more: Readonly<Record<string, string>> = {}): Promise<Finished> =>
  runRt(args, { ...environment, ...more });

/** The same call for a person and for a program: the same exit code, and a document that fits its schema. */
async function both(
  args: readonly string[],
  more: Readonly<Record<string, string>> = {},
): Promise<{ readonly code: number; readonly text: Finished; readonly document: Record<string, unknown> }> {
  const [text, json] = await Promise.all([rt(args, more), rt([...args, '--json'], more)]);
  expect([json.code, json.stderr]).toEqual([text.code, '']);
  const document = JSON.parse(json.stdout) as Record<string, unknown>;
  const result = schemaNamed(String(document['schema']))?.schema.safeParse(document);
  expect([document['schema'], result?.error?.issues]).toEqual([document['schema'], undefined]);
  return { code: text.code, text, document };
}

describe('rt context and rt config', () => {
  const file = (): string => join(home, '.config', 'rt', 'config.toml');

  it('[CFG-1] [CFG-5] a context is added, used, obeyed, shown and removed', async () => {
    const add = [
      'context',
      'add',
      'prod',
      '--redis',
      `redis://${NOBODY}`,
      '--gateway',
      `ws://${NOBODY}`,
      '--read-only',
    ];
    expect((await rt(add)).code).toBe(0);
    expect(statSync(file()).mode & 0o777).toBe(0o600);
    writeFileSync(file(), `# kept\n\n${readFileSync(file(), 'utf8')}`);
    expect((await rt(add)).code).toBe(2);
    expect((await both(['context', 'use', 'prod'])).document).toMatchObject({ current: 'prod' });
    expect((await both(['context', 'list'])).document).toMatchObject({
      current: 'prod',
      contexts: [{ name: 'prod', redis: `redis://${NOBODY}`, read_only: true }],
    });
    const obeyed = await rt(['workers', 'list', '--json']);
    expect([obeyed.code, obeyed.stdout]).toEqual([5, expect.stringContaining(NOBODY)]);
    expect((await both(['context', 'show'])).document).toMatchObject({ name: 'prod', current: true });
    expect((await rt(['context', 'show', 'prd'])).stderr).toContain('Did you mean prod?');
    const removed = await rt(['context', 'remove', 'prod']);
    expect(removed.stderr).toContain(`Undo with: rt context add prod --redis redis://${NOBODY}`);
    expect(readFileSync(file(), 'utf8').trim()).toBe('# kept');
  });

  it('[CFG-2] a password is kept neither by a context nor by a setting', async () => {
    const refused = await Promise.all([
      rt(['context', 'add', 'x', '--redis', 'redis://u:planted@h']),
      rt(['config', 'set', 'redis', 'redis://u:planted@h']),
    ]);
    for (const { code, stderr } of refused)
      expect([code, stderr]).toEqual([2, expect.stringMatching(/redis.password.file/)]);
    expect(readFileSync(file(), 'utf8')).not.toContain('planted');
  });

  it('[CFG-7] validate tells what does not answer', async () => {
    await rt(['context', 'add', 'gone', '--redis', `redis://${NOBODY}`]);
    const { code, document } = await both(['context', 'validate', 'gone']);
    expect([code, document]).toEqual([5, expect.objectContaining({ name: 'gone', valid: false })]);
  });

  it('[CFG-8] [CFG-9] a setting is written, found again with its line, and taken back', async () => {
    expect((await both(['config', 'set', 'worker.heartbeat', '1s'])).code).toBe(0);
    expect((await both(['config', 'get', 'worker.heartbeat'])).document).toMatchObject({
      value: '1s',
      origin: { layer: 'user file', file: file(), line: expect.any(Number) },
    });
    const shown = await rt(['config', 'show', '--origin'], { RT_REDIS: 'redis://u:planted@h' });
    expect(shown.stdout).toMatch(/^redis +redis:\/\/u:••••\(env\)@h +env RT_REDIS$/m);
    expect((await both(['config', 'show'])).code).toBe(0);
    expect((await both(['config', 'path'])).document).toMatchObject({
      files: [{ owner: 'project' }, { owner: 'user', path: file(), exists: true }],
    });
    expect((await rt(['config', 'set', 'worker.heartbeat', '--unset'])).code).toBe(0);
    const unknown = await rt(['config', 'get', 'worker.hartbeat']);
    expect([unknown.code, unknown.stderr]).toEqual([13, expect.stringContaining('worker.heartbeat')]);
    expect((await rt(['config', 'set', 'worker.heartbeat', 'soon'])).code).toBe(2);
  });

  it('[CFG-10] [CFG-11] a file no command can use is told of, and mended', async () => {
    const good = readFileSync(file(), 'utf8');
    writeFileSync(file(), `${good}\n[stream]\nchunk = 5\npace = "slow"\n`);
    expect((await rt(['errors', 'list'])).code).toBe(3);
    const { code, document } = await both(['config', 'validate']);
    expect(code).toBe(3);
    expect(JSON.stringify(document)).toMatch(/unknown key stream\.chunk.*stream\.pace cannot be/);
    expect((await rt(['schema'])).code).toBe(0);
    writeFileSync(file(), good);
    expect((await both(['config', 'validate'])).code).toBe(0);
  });
});

describe('without a cluster', () => {
  it('[DOC-1] [DOC-2] the doctor ends with 11, and with 0 for what is well', async () => {
    const gone = ['--redis', `redis://${NOBODY}`, '--gateway', `ws://${NOBODY}`];
    const [sick, well] = await Promise.all([
      both(['doctor', 'redis', 'net', ...gone]),
      both(['doctor', 'audio', 'models']),
    ]);
    expect([sick.code, well.code]).toEqual([11, 0]);
    expect(sick.document).toMatchObject({
      status: 'fail',
      checks: [{ area: 'redis' }, { area: 'net' }, { area: 'net' }],
    });
    expect(sick.text.stdout).toMatch(/^FAIL {2}redis {3}answers .*\n +start redis-server/);
    expect(sick.text.stderr).toContain('RT8011 · rt errors lookup RT8011');
    expect((await rt(['doctor', 'redsi'])).stderr).toContain('Did you mean redis?');
  });

  it('[PRB-1] [PRB-2] a check that cannot be made is unknown in every format', async () => {
    const gone = ['--redis', `redis://${NOBODY}`];
    const [text, plugin, wrong, alone] = await Promise.all([
      both(['check', 'cluster', ...gone]),
      rt(['check', 'latency', '--format', 'nagios', ...gone]),
      rt(['check', 'latency', '--format', 'nagios', '--wran', '1s']),
      rt(['check', 'redis', '--format', 'nagios', ...gone]),
    ]);
    expect([text.code, text.document['state']]).toEqual([5, 'unknown']);
    expect(text.text.stderr).toContain('RT5001');
    expect([plugin.code, plugin.stdout]).toEqual([
      3,
      expect.stringMatching(/^RT LATENCY UNKNOWN - [^\n]*\n$/),
    ]);
    expect([wrong.code, wrong.stdout]).toEqual([
      3,
      expect.stringMatching(/^RT LATENCY UNKNOWN - [^\n]*--warn[^\n]*\n$/),
    ]);
    expect([alone.code, alone.stdout]).toEqual([2, expect.stringMatching(/^RT REDIS CRITICAL - /)]);
  });

  it('[CFG-12] [CFG-13] schemas are listed and printed, and mistakes understood', async () => {
    const [list, one, unknown, command] = await Promise.all([
      both(['schema']),
      rt(['schema', 'rt.workers/v1']),
      rt(['schema', 'wrkers']),
      rt(['workers', 'shw', 'w-1', '--json']),
    ]);
    expect(list.text.stdout).toContain('rt.wire.client/v1');
    expect(JSON.parse(one.stdout)).toMatchObject({ $id: 'urn:rt.workers:v1', type: 'object' });
    expect([unknown.code, unknown.stderr]).toEqual([13, expect.stringContaining('Did you mean workers?')]);
    expect([command.code, command.stdout]).toEqual([
      2,
      expect.stringContaining('Did you mean rt workers show?'),
    ]);
  });
});

describe.skipIf(!hasRedis)('with a fleet in Redis', () => {
  let redis: RedisServer;
  let cluster: Cluster;
  let flags: readonly string[];
  const LEASE_MS = 600_000;

  /** As seldom as a test may take: nobody here beats. */
  const publish = async (): Promise<void> => {
    const beat = { at: new Date().toISOString(), beat_ms: LEASE_MS };
    const sessions = [gatewaySession(1, { last_text: 'planted words', client_ip: '10.9.8.7' })];
    const { snapshots } = cluster.registry;
    await snapshots.publish(
      'gateway:gateway-1',
      JSON.stringify(gatewayDigest('gateway-1', { ...beat, sessions })),
    );
    await snapshots.publish('worker:w-1', JSON.stringify(workerDigest('w-1', beat)));
  };

  beforeAll(async () => {
    redis = await startRedis(['--requirepass', 'planted-password']);
    const redisUrl = redis.url.replace('//', '//:planted-password@');
    const prefix = redis.prefix();
    environment = { HOME: home, RT_REDIS: redisUrl, RT_PREFIX: prefix };
    flags = [];
    cluster = await openRegistry({ redisUrl, prefix, connectTimeoutMs: 3000, name: 'test' });
    await cluster.registry.registration.register(workerInfo('w-1', { capacity: 2 }), LEASE_MS);
    await cluster.registry.ledger.reserve(workerId('w-1'), sessionInfo(1, { clientIp: '10.9.8.7' }), {
      leaseMs: LEASE_MS,
    });
    await publish();
  });
  afterAll(async () => {
    await cluster.stop();
    await redis.stop();
    environment = { HOME: home };
  });

  it('[PRB-1] [PRB-4] [PRB-6] [PRB-7] checks end alike for people, programs and monitors', async () => {
    const [cluster1, plugin, strict, latency, late, worker, gone] = await Promise.all([
      both(['check', 'cluster', ...flags]),
      rt(['check', 'cluster', '--format', 'nagios']),
      both(['check', 'cluster', '--warn', '3', '--crit', '2']),
      both(['check', 'latency']),
      both(['check', 'latency', '--warn', '100ms', '--crit', '1s']),
      both(['check', 'worker', 'w-1', '--warn', '5m', '--crit', '10m']),
      both(['check', 'worker', 'w-9']),
    ]);
    expect([cluster1.code, plugin.code, strict.code]).toEqual([0, 0, 11]);
    expect(plugin.stdout).toMatch(/^RT CLUSTER OK - 1 worker, 1 of 2 slots free, 1 gateway \| workers=1;/);
    expect([latency.code, late.code]).toEqual([0, 10]);
    expect([worker.code, gone.code]).toEqual([0, 11]);
    const metrics = await rt(['check', 'cluster', '--format', 'prometheus', '--warn', '2']);
    expect([metrics.code, metrics.stdout]).toEqual([
      10,
      expect.stringContaining('rt_check_state{check="cluster"} 1'),
    ]);
  });

  it('[DOC-8] the bundle holds ids and figures, and no password, words or addresses', async () => {
    const path = join(home, 'out.tgz');
    const { code, stderr } = await rt(['doctor', 'redis', '--bundle', path], {
      RT_GATEWAY: 'ws://u:planted-token@h',
    });
    expect(code).not.toBe(1);
    expect(stderr).toContain('snapshot.json');
    expect(statSync(path).mode & 0o777).toBe(0o600);
    const read = (name: string): string =>
      execFileSync('tar', ['xzOf', path, `rt-bundle/${name}`], { encoding: 'utf8' });
    const names = execFileSync('tar', ['tzf', path], { encoding: 'utf8' }).trim().split('\n');
    const everything = names.map((name) => read(name.replace('rt-bundle/', ''))).join('\n');
    expect(everything).not.toMatch(/planted|10\.9\.8\.7/);
    expect(everything).toContain('sess_000000000001');
    expect(JSON.parse(read('config.json'))).toMatchObject({ schema: 'rt.config/v1' });
    expect(read('README.txt')).toContain('doctor.json');
  });

  it('[CFG-3] a password comes from its file', async () => {
    const file = join(home, 'pw');
    writeFileSync(file, 'planted-password\n', { mode: 0o600 });
    const given = ['--redis', redis.url, '--redis-password-file', file];
    const [open, closed] = await Promise.all([
      rt(['workers', 'list', ...given]),
      rt(['workers', 'list', '--redis', redis.url]),
    ]);
    expect([open.code, closed.code]).toEqual([0, 3]);
  });

  it('[CFG-6] [DOC-4] read only is obeyed, and says where it was said', async () => {
    const [doctor, end] = await Promise.all([
      rt(['doctor', 'redis', '--read-only', '--json']),
      rt(['workers', 'drain', 'w-1', '--read-only']),
    ]);
    expect(doctor.stdout).toContain('not tried: this is read only');
    expect([end.code, end.stderr]).toEqual([4, expect.stringContaining('flag --read-only')]);
  });

  it('[PRB-9] [DOC-5] a Redis that is frozen keeps nobody waiting', async () => {
    redis.freeze();
    const [check, alone] = await Promise.all([
      rt(['check', 'cluster', '--timeout', '2s', '--format', 'nagios']),
      rt(['check', 'redis', '--timeout', '2s']),
    ]);
    redis.thaw();
    expect([check.code, check.stdout]).toEqual([
      3,
      expect.stringMatching(/^RT CLUSTER UNKNOWN - .*within \d+ ms/),
    ]);
    expect([alone.code, alone.stdout]).toEqual([
      11,
      expect.stringMatching(/^CRITICAL {2}redis\n.*within \d+ ms/),
    ]);
  });
});
