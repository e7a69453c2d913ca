/** `rt top` on a real terminal, against a real Redis with a fleet in it. */
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Cluster, openRegistry } from '../../src/app/open-registry.ts';
import { type Population, populate } from '../support/populate.ts';
import { hasRedis, type RedisServer, startRedis } from '../support/redis.ts';
import { hasTmux, openTerminal, PROMPT, type Terminal } from '../support/tmux.ts';

const ENTRY = fileURLToPath(new URL('../../bin/run.js', import.meta.url));
const TERMINAL_MODULE = new URL('../../dist/tui/terminal.js', import.meta.url).href;
const NOBODY = 'redis://127.0.0.1:9';

let redis: RedisServer;
let cluster: Cluster;
let population: Population;
let prefix: string;
let folder: string;

async function rt(...args: readonly string[]): Promise<{ code: number; stdout: string; stderr: string }> {
  const child = spawn(process.execPath, [ENTRY, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
  const output = { stdout: '', stderr: '' };
  child.stdout.on('data', (chunk: Buffer) => (output.stdout += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (output.stderr += chunk.toString()));
  const code = await new Promise<number>((resolve) => child.once('close', (status) => resolve(status ?? -1)));
  return { code, ...output };
}

function here(): readonly string[] {
  return ['--redis', redis.url, '--prefix', prefix];
}

async function fill(workers: number, sessions: number): Promise<void> {
  population = await populate(cluster.registry, { workers, sessions });
}

describe.skipIf(!hasRedis)('rt top', () => {
  beforeAll(async () => {
    redis = await startRedis();
    folder = mkdtempSync(join(tmpdir(), 'rt-top-'));
  });
  beforeEach(async () => {
    prefix = redis.prefix();
    cluster = await openRegistry({ redisUrl: redis.url, prefix, connectTimeoutMs: 2000, name: 'test' });
  });
  afterEach(async () => {
    population.stop();
    await cluster.stop();
  });
  afterAll(async () => {
    await redis.stop();
    rmSync(folder, { recursive: true });
  });

  describe('without a terminal', () => {
    it('prints one snapshot as text and says so', async () => {
      await fill(2, 3);
      const { code, stdout, stderr } = await rt('top', ...here());
      expect(code).toBe(0);
      expect(stderr).toContain('one snapshot');
      expect(stdout).toMatch(
        /^SESSIONS 3\/6 {2}GATEWAYS 1 {2}REJECTS 0\/min {2}FAILOVERS 0\/min\nRESPONSE p50 212 p95 388 ms/,
      );
      expect(stdout).toMatch(/^RESPONSE .* WAITING 0 {2}ROUTERS 0$/m);
      expect(stdout).toMatch(/\nw-1 +READY +2\/3 /);
      expect(stdout).toMatch(/\nsess_000000000000 +w-1 +en .*router on friday/);
      expect(stdout).not.toContain('\u001b');
    });

    it('prints one document with --json', async () => {
      await fill(2, 3);
      const { code, stdout } = await rt('top', '--json', ...here());
      expect(code).toBe(0);
      expect(JSON.parse(stdout)).toMatchObject({
        schema: 'rt.top/v1',
        at: expect.stringMatching(/^\d{4}-.*Z$/),
        workers: [
          { id: 'w-1', state: 'READY', active_sessions: 2, capacity: 3, step_p95_ms: 62.7 },
          { id: 'w-2', active_sessions: 1 },
        ],
        sessions: [{ id: 'sess_000000000000' }, {}, {}],
        gateways: [{ id: 'gateway-1', stale: false, response_ms: { p50: 212, p95: 388 } }],
        alerts: [],
      });
    });

    it('teaches what to do with an empty cluster', async () => {
      await fill(1, 0);
      const { code, stdout } = await rt('top', '--once', '--redis', redis.url, '--prefix', redis.prefix());
      expect(code).toBe(0);
      expect(stdout).toContain('No workers yet. Start one: rt worker');
    });

    it.each(['100ms', 'soon'])('refuses --interval %s', async (interval) => {
      await fill(1, 0);
      const { code, stderr } = await rt('top', '--interval', interval, ...here());
      expect(code).toBe(2);
      expect(stderr).toContain('at least 250ms');
    });
  });

  describe.skipIf(!hasTmux)('on a terminal', () => {
    let terminal: Terminal;

    function open(columns: number, rows: number): Terminal {
      terminal = openTerminal(columns, rows);
      return terminal;
    }

    function command(args: readonly string[] = here()): string {
      const line = [process.execPath, ENTRY, 'top', ...args].join(' ');
      // The shell's process becomes the program's, so that its id is known.
      return `clear; sh -c 'echo $$ > ${folder}/pid; exec ${line}'; echo "left $?"`;
    }

    function signal(name: NodeJS.Signals): void {
      process.kill(Number(readFileSync(join(folder, 'pid'), 'utf8')), name);
    }

    async function expectRestored(exitCode: number): Promise<readonly string[]> {
      const rows = await terminal.until((screen) => screen.includes(`left ${exitCode}\n${PROMPT}`));
      expect(terminal.isAlternate()).toBe(false);
      expect(terminal.isCursorVisible()).toBe(true);
      // What is typed is echoed and obeyed again: the terminal is no longer raw.
      terminal.run('echo typed-$((40 + 2))');
      await terminal.until((screen) => screen.includes('echo typed-') && screen.includes('\ntyped-42'));
      return rows;
    }

    afterEach(() => terminal.close());

    it.each([
      [80, 24],
      [120, 40],
    ])('shows every part at %i×%i, wraps nothing, and q gives the terminal back', async (columns, rows) => {
      await fill(3, 40);
      await cluster.registry.ledger.note({ type: 'reject', reason: 'no_capacity' });
      open(columns, rows).run(command());
      const shown = await terminal.until(
        (screen) => screen.includes('router on friday') && screen.includes('REJECTS 1/min'),
      );
      expect(terminal.isAlternate()).toBe(true);
      expect(terminal.isCursorVisible()).toBe(false);
      expect(shown).toHaveLength(rows);
      expect(terminal.unwrapped()).toHaveLength(rows);
      const screen = shown.join('\n');
      for (const part of ['rt top', 'SESSIONS 40/', 'RESPONSE', 'WORKERS', 'ALERTS', 'LIVE', 'q quit']) {
        expect(screen).toContain(part);
      }
      expect(screen).toContain('1 reject in the last minute: no_capacity');
      expect(shown.at(-1)).toBe('');
      terminal.press('j');
      await terminal.until((moved) => /LIVE .* 2-\d+ of 40/.test(moved));
      terminal.press('q');
      await expectRestored(0);
    });

    it.each([
      ['unset CI', true],
      ['unset CI; export NO_COLOR=1', false],
    ])('after `%s` uses colours: %s', async (setUp, isColoured) => {
      await fill(1, 1);
      open(80, 24).run(`${setUp}; ${command()}`);
      await terminal.until((screen) => screen.includes('READY'));
      expect(terminal.styled().includes('\u001b[')).toBe(isColoured);
      terminal.press('q');
      await expectRestored(0);
    });

    it('draws in ASCII where the locale is not UTF-8', async () => {
      await fill(1, 3);
      open(120, 40).run(`export LC_ALL=C; ${command()}`);
      const shown = await terminal.until((screen) => screen.includes('router on friday'));
      expect(shown.join('\n')).toMatch(/^[\x20-\x7e\n]*$/);
      expect(shown.join('\n')).toContain('el numero de pedido');
      terminal.press('q');
      await expectRestored(0);
    });

    it('takes less than 125 MB for two hundred sessions, however much it draws', async () => {
      await fill(8, 200);
      // Vitest sets it, and React chooses the build that is for its developers.
      open(140, 40).run(`unset NODE_ENV; ${command(['--interval', '250ms', ...here()])}`);
      const residentBytes: number[] = [];
      // Every text ends in the number of its beat, one a second. A busy machine collects late: the median counts.
      for (let beat = 6; beat <= 16; beat += 1) {
        await terminal.until((screen) => screen.includes(`friday, right? ${beat}`));
        const status = readFileSync(
          `/proc/${readFileSync(join(folder, 'pid'), 'utf8').trim()}/status`,
          'utf8',
        );
        residentBytes.push(Number(/^VmRSS:\s+(\d+)/m.exec(status)?.[1]) * 1024);
      }
      expect(residentBytes.toSorted((a, b) => a - b)[5]).toBeLessThan(125e6);
      terminal.press('q');
      await expectRestored(0);
    });

    it('follows a change of size', async () => {
      await fill(3, 40);
      open(120, 40).run(command());
      await terminal.until((screen) => screen.includes('of 40'));
      terminal.resize(60, 15);
      const small = await terminal.until((screen) => /1-2 of 40/.test(screen));
      expect(small).toHaveLength(15);
      expect(small.filter((line) => line.startsWith(' WORKERS'))).toHaveLength(1);
      terminal.resize(40, 8);
      await terminal.until(
        (screen) => screen.trim().split('\n').length === 1 && screen.includes('sessions 40/'),
      );
      terminal.resize(120, 40);
      await terminal.until((screen) => screen.includes('WORKERS') && screen.includes('q quit'));
      terminal.press('C-c');
      await expectRestored(0);
    });

    it.each([
      ['SIGTERM', 143],
      ['SIGINT', 130],
      ['SIGHUP', 129],
    ] as const)('gives the terminal back on %s', async (name, exitCode) => {
      await fill(1, 1);
      open(80, 24).run(command());
      await terminal.until((screen) => screen.includes('router on friday'));
      signal(name);
      await expectRestored(exitCode);
    });

    it('tells within three seconds that Redis is gone, keeps the picture, recovers, and still quits', async () => {
      await fill(2, 3);
      open(80, 24).run(command());
      await terminal.until((screen) => screen.includes('router on friday'));
      await redis.kill();
      const away = await terminal.until((screen) => screen.includes('Redis does not answer'), 3000);
      expect(away.join('\n')).toContain('router on friday');
      expect(away.join('\n')).not.toMatch(/\bat .*:\d+:\d+/);
      await redis.restartEmpty();
      await terminal.until(
        (screen) => !screen.includes('Redis does not answer') && screen.includes('SESSIONS 3/6'),
      );
      await redis.kill();
      await terminal.until((screen) => screen.includes('Redis does not answer'), 3000);
      terminal.press('q');
      await expectRestored(0);
      await redis.restartEmpty();
    });

    it('tells that a frozen Redis does not answer', async () => {
      await fill(1, 1);
      open(80, 24).run(command());
      await terminal.until((screen) => screen.includes('router on friday'));
      redis.freeze();
      try {
        await terminal.until((screen) => screen.includes('Redis does not answer'), 3500);
      } finally {
        redis.thaw();
      }
      await terminal.until((screen) => !screen.includes('Redis does not answer'));
      terminal.press('q');
      await expectRestored(0);
    });

    it('prints an error and never takes the terminal when there is no Redis at the start', async () => {
      await fill(1, 0);
      open(80, 24).run(command(['--redis', NOBODY]));
      const rows = await expectRestored(5);
      expect(rows.join('\n')).toContain('no Redis answers at redis://127.0.0.1:9/0');
    });

    it('prints what was thrown where it can be read', async () => {
      await fill(1, 0);
      const script = `import("${TERMINAL_MODULE}").then(({ enterTerminal }) => { enterTerminal(process.stdout); setTimeout(() => { throw new Error("boom") }, 50) })`;
      open(120, 40).run(`clear; ${process.execPath} -e '${script}'; echo "left $?"`);
      const rows = await expectRestored(1);
      expect(rows.join('\n')).toContain('Error: boom');
    });

    it('prints one snapshot where the terminal cannot move its cursor', async () => {
      await fill(1, 1);
      open(120, 40).run(`TERM=dumb; export TERM; ${command()}`);
      const rows = await expectRestored(0);
      expect(rows.join('\n')).toContain('SESSIONS 1/2');
    });
  });
});
