/** `rt top` on a real terminal, against a real Redis with a fleet in it. */
import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Cluster, openRegistry } from '../../src/app/open-registry.ts';
import { type Population, populate } from '../support/populate.ts';
import { hasRedis, type RedisServer, startRedis } from '../support/redis.ts';
import { hasTmux, openTerminal, PROMPT, type Terminal } from '../support/tmux.ts';

const ENTRY = fileURLToPath(new URL('../../bin/run.js', import.meta.url));
const TERMINAL_MODULE = new URL('../../dist/tui/terminal/terminal.js', import.meta.url).href;
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

/** Calls of each Redis command since the last `CONFIG RESETSTAT`, by name. */
function commandCalls(): ReadonlyMap<string, number> {
  const stats = redisCli('info', 'commandstats');
  return new Map(
    [...stats.matchAll(/^cmdstat_([^:]+):calls=(\d+)/gm)].map(([, name = '', calls]) => [
      name,
      Number(calls),
    ]),
  );
}

function redisCli(...args: readonly string[]): string {
  return spawnSync('redis-cli', ['-u', redis.url, ...args], { encoding: 'utf8' }).stdout;
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

  it.each([
    ['lga>1', 'no field lga; did you mean lag?'],
    ['lag>fast', 'lag is a number'],
  ])('[TOP-6] refuses --filter %s before it takes the terminal', async (filter, reason) => {
    await fill(1, 0);
    const { code, stderr } = await rt('top', '--view', 'sessions', '--filter', filter, ...here());
    expect(code).toBe(2);
    expect(stderr).toContain(reason);
  });

  it('[TOP-28] prints the rows of a view that match, as text and as JSON', async () => {
    await fill(3, 6);
    const asked = ['--once', '--view', 'sessions', '--filter', 'worker=w-2'];
    const { code, stdout } = await rt('top', ...asked, ...here());
    expect(code).toBe(0);
    expect(stdout.match(/^sess_/gm)).toHaveLength(2);
    const { stdout: json } = await rt('top', '--json', ...asked, ...here());
    expect(JSON.parse(json)).toMatchObject({
      schema: 'rt.top-view/v1',
      rows: [{ worker_id: 'w-2' }, { worker_id: 'w-2' }],
    });
    const none = await rt('top', '--once', '--filter', 'nobody', ...here());
    expect(none.stdout.trim()).toBe('Nothing matches.');
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
      terminal.press('G');
      await terminal.until((moved) => /LIVE .* \d+-40 of 40/.test(moved));
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
      // Every text ends in the number of its beat. A busy machine collects late, and skips some: the median counts.
      let beat = 5;
      for (let sample = 0; sample < 11; sample += 1) {
        await terminal.until((screen) => Number(/friday, right\? (\d+)/.exec(screen)?.[1] ?? 0) > beat);
        beat = Number(/friday, right\? (\d+)/.exec(terminal.rows().join('\n'))?.[1]);
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
    ] as const)('[TOP-27] gives the terminal back on %s', async (name, exitCode) => {
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

    it('[TOP-27] prints what was thrown where it can be read', async () => {
      await fill(1, 0);
      const script = `import("${TERMINAL_MODULE}").then(({ enterTerminal }) => { enterTerminal(process.stdin, process.stdout); setTimeout(() => { throw new Error("boom") }, 50) })`;
      open(120, 40).run(`clear; ${process.execPath} -e '${script}'; echo "left $?"`);
      const rows = await expectRestored(1);
      expect(rows.join('\n')).toContain('Error: boom');
    });

    it('[TOP-1] [TOP-11] shows every view, opens a worker and goes back', async () => {
      await fill(3, 12);
      open(100, 30).run(command([...here(), '--view', 'workers']));
      await terminal.until((screen) => screen.includes('WORKERS') && screen.includes('1-3 of 3'));
      for (const [key, heading] of [
        ['3', 'SESSIONS'],
        ['4', 'TRANSCRIPTS'],
        ['5', 'ROOMS'],
        ['6', 'EVENTS'],
        ['1', 'LIVE'],
        ['?', 'KEYS'],
        ['2', 'WORKERS'],
      ] as const) {
        terminal.press(key);
        await terminal.until((screen) => screen.includes(`\n ${heading} ─`));
        expect(terminal.unwrapped()).toHaveLength(30);
      }
      terminal.press('j');
      terminal.press('Enter');
      await terminal.until(
        (screen) => screen.includes('workers › worker w-2') && screen.includes('1-4 of 4'),
      );
      terminal.press('Escape');
      await terminal.until((screen) => screen.includes('1-3 of 3') && !screen.includes('workers › worker'));
      terminal.press('q');
      await expectRestored(0);
    });

    it('[TOP-7] [TOP-24] [TOP-25] filters, copies the id and writes what matches into a file', async () => {
      await fill(3, 12);
      open(100, 30).run(`tmux set -s set-clipboard on; cd ${folder}; ${command()}`);
      await terminal.until((screen) => screen.includes('1-12 of 12'));
      for (const key of ['3', '/', 'worker=w-2', 'Enter']) terminal.press(key);
      await terminal.until((screen) => screen.includes('1-4 of 4 (all: 12)'));
      terminal.press('c');
      await terminal.until((screen) => screen.includes('copied sess_000000000001'));
      terminal.press('e');
      await terminal.until((screen) => screen.includes('wrote '));
      const [file = ''] = readdirSync(folder).filter((name) => name.startsWith('rt-top-sessions-'));
      const document = JSON.parse(readFileSync(join(folder, file), 'utf8'));
      expect(document).toMatchObject({
        schema: 'rt.top-view/v1',
        filter: 'worker=w-2',
        rows: [{}, {}, {}, {}],
      });
      terminal.press('q');
      await expectRestored(0);
      terminal.run('tmux show-buffer; echo');
      await terminal.until((screen) => screen.includes('\nsess_000000000001'));
    });

    it('[TOP-13] [TOP-23] drains a worker after y and enter, and not after enter', async () => {
      await fill(2, 2);
      open(80, 24).run(command());
      await terminal.until((screen) => screen.includes('router on friday'));
      for (const key of [':', 'drain w-2', 'Enter', 'Enter']) terminal.press(key);
      await terminal.until(
        (screen) => screen.includes('DRAIN worker w-2?') && screen.includes('not yet: type y'),
      );
      expect((await cluster.registry.fleet.workers()).map(({ wish }) => wish)).toEqual(['none', 'none']);
      for (const key of ['y', 'Enter']) terminal.press(key);
      await terminal.until((screen) => screen.includes('w-2 hands its sessions over'));
      const drained = (await cluster.registry.fleet.workers()).find(({ id }) => id === 'w-2');
      expect(drained?.wish).toBe('drain');
      terminal.press('q');
      await expectRestored(0);
    });

    it('[TOP-14] changes nothing with --read-only', async () => {
      await fill(2, 2);
      open(80, 24).run(command([...here(), '--read-only', '--view', 'workers']));
      await terminal.until((screen) => screen.includes('READ-ONLY') && screen.includes('1-2 of 2'));
      terminal.press('d');
      await terminal.until((screen) => screen.includes('nothing is changed from here'));
      terminal.press('q');
      await expectRestored(0);
    });

    it('[TOP-27] stops on ctrl-z with the terminal given back, and goes on with fg', async () => {
      await fill(1, 1);
      open(80, 24).run(command());
      await terminal.until((screen) => screen.includes('router on friday'));
      terminal.press('C-z');
      await terminal.until((screen) => screen.includes('Stopped'));
      expect(terminal.isAlternate()).toBe(false);
      expect(terminal.isCursorVisible()).toBe(true);
      terminal.run('echo shell-$((40 + 2))');
      await terminal.until((screen) => screen.includes('\nshell-42'));
      terminal.run('fg');
      await terminal.until((screen) => screen.includes('router on friday') && screen.includes('q quit'));
      expect(terminal.isAlternate()).toBe(true);
      terminal.press('2');
      await terminal.until((screen) => screen.includes('1-1 of 1'));
      terminal.press('q');
      await terminal.until((screen) => screen.trimEnd().endsWith(PROMPT));
      expect(terminal.isAlternate()).toBe(false);
      expect(terminal.isCursorVisible()).toBe(true);
    });

    it('[TOP-21] stands whole after a storm of sizes', async () => {
      await fill(3, 40);
      open(120, 40).run(command([...here(), '--view', 'sessions']));
      await terminal.until((screen) => screen.includes('of 40'));
      for (const [columns, rows] of [
        [80, 24],
        [200, 60],
        [40, 10],
        [61, 16],
        [59, 14],
        [300, 20],
        [60, 70],
        [20, 5],
        [133, 43],
        [100, 30],
      ] as const) {
        terminal.resize(columns, rows);
      }
      const shown = await terminal.until(
        (screen) => screen.includes('1-25 of 40') && screen.includes('q quit'),
      );
      expect(shown).toHaveLength(30);
      expect(terminal.unwrapped()).toHaveLength(30);
      expect(shown.filter((line) => line.includes('SESSIONS ─'))).toHaveLength(1);
      terminal.press('q');
      await expectRestored(0);
    });

    it('[TOP-26] asks Redis the same few things per look, however many sessions there are', async () => {
      await fill(3, 60);
      await population.beat();
      population.stop();
      redisCli('config', 'resetstat');
      open(120, 40).run(command([...here(), '--interval', '250ms']));
      await expect.poll(() => commandCalls().get('smembers') ?? 0, { timeout: 15_000 }).toBeGreaterThan(4);
      terminal.press('q');
      await expectRestored(0);
      const calls = commandCalls();
      const looks = calls.get('smembers') ?? 0;
      // Per look the ids and the records of three workers, and the snapshot; nothing of a session.
      expect(calls.get('hgetall')).toBeLessThanOrEqual(looks * 4);
      expect(calls.get('xread') ?? 0).toBeLessThanOrEqual(looks + 5);
    });

    it('[TOP-22] answers a key at once, whatever the interval', async () => {
      await fill(8, 200);
      open(140, 40).run(`unset NODE_ENV; ${command([...here(), '--interval', '30s', '--view', 'sessions'])}`);
      await terminal.until((screen) => screen.includes('of 200'));
      const tookMs: number[] = [];
      for (let row = 1; row <= 7; row += 1) {
        const pressedAtMs = performance.now();
        terminal.press('j');
        await terminal.until((screen) => screen.includes(`›sess_${String(row).padStart(12, '0')}`));
        tookMs.push(performance.now() - pressedAtMs);
      }
      // Some ten milliseconds where nothing else runs (bench/top-load.mjs); here only that it waits for no look.
      expect(tookMs.toSorted((a, b) => a - b)[3]).toBeLessThan(5000);
      terminal.press('q');
      await expectRestored(0);
    });

    it('prints one snapshot where the terminal cannot move its cursor', async () => {
      await fill(1, 1);
      open(120, 40).run(`TERM=dumb; export TERM; ${command()}`);
      const rows = await expectRestored(0);
      expect(rows.join('\n')).toContain('SESSIONS 1/2');
    });
  });
});
