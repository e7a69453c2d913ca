import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { openRegistry } from '../../src/app/open-registry.ts';
import { startPrivateRedis } from '../../src/app/private-redis.ts';
import { systemClock } from '../../src/base/clock.ts';
import { hasRedis, startRedis } from '../support/redis.ts';

const clock = systemClock;
const folderOf = (url: string): string => dirname(url.replace('unix://', ''));

async function answers(redisUrl: string): Promise<boolean> {
  const opening = openRegistry({ redisUrl, prefix: 'test', connectTimeoutMs: 300, name: 'test' });
  return opening.then(
    async (cluster) => {
      await cluster.stop();
      return true;
    },
    () => false,
  );
}

describe.skipIf(!hasRedis)('a private Redis', () => {
  afterEach(() => vi.unstubAllEnvs());

  it('answers on a socket of this user, and is gone with its folder when stopped', async () => {
    const redis = await startPrivateRedis({ clock });
    if (redis.type !== 'started') throw new Error(redis.reason);
    expect(await answers(redis.url)).toBe(true);
    await Promise.all([redis.stop(), redis.stop()]);
    expect(await answers(redis.url)).toBe(false);
    expect(existsSync(folderOf(redis.url))).toBe(false);
  });

  it('says so when its port is taken', async () => {
    const other = await startRedis();
    const redis = await startPrivateRedis({ clock, port: other.port });
    expect(redis).toEqual({ type: 'unavailable', reason: expect.stringMatching(/in use/i) });
    await other.stop();
  });

  it('says so when there is no redis-server', async () => {
    const bare = mkdtempSync(join(tmpdir(), 'rt-path-'));
    symlinkSync('/bin/sh', join(bare, 'sh'));
    vi.stubEnv('PATH', bare);
    expect(await startPrivateRedis({ clock })).toEqual({
      type: 'unavailable',
      reason: 'redis-server is not installed',
    });
    rmSync(bare, { recursive: true });
  });

  it('[REG-33] says so when the redis-server is too old', async () => {
    const bare = mkdtempSync(join(tmpdir(), 'rt-path-'));
    const script = `#!/bin/sh\necho 'Redis version=6.0.16, bits=64'\necho 'Ready to accept connections'\nexec sleep 60\n`;
    writeFileSync(join(bare, 'redis-server'), script, { mode: 0o755 });
    vi.stubEnv('PATH', `${bare}:${process.env['PATH'] ?? ''}`);
    expect(await startPrivateRedis({ clock })).toEqual({
      type: 'unavailable',
      reason: 'redis-server 6.0.16 is older than 7.0',
    });
    rmSync(bare, { recursive: true });
  });

  it('does not outlive a process that is killed', async () => {
    const module = (path: string): string => JSON.stringify(pathToFileURL(`dist/${path}.js`).href);
    const code = `
      const { startPrivateRedis } = await import(${module('app/private-redis')});
      const { systemClock: clock } = await import(${module('base/clock')});
      console.log((await startPrivateRedis({ clock })).url);
      setInterval(() => {}, 1000);`;
    const owner = spawn(process.execPath, ['--input-type=module', '-e', code], { stdio: 'pipe' });
    const [line] = (await once(owner.stdout, 'data')) as [Buffer];
    const url = line.toString().trim();
    expect(await answers(url)).toBe(true);
    owner.kill('SIGKILL');
    await vi.waitFor(() => expect(existsSync(folderOf(url))).toBe(false), { timeout: 3_000 });
    expect(await answers(url)).toBe(false);
  });
});
