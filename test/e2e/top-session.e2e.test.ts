/** Live text of `rt top` on a real terminal: a real session, followed through the loss of its worker and of Redis. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { Redis } from 'ioredis';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { hasRedis, type RedisServer, startRedis } from '../support/redis.ts';
import { type RtProcess, type RtServer, runRt, startRt, startRtServer } from '../support/rt-process.ts';
import { hasTmux, openTerminal, PROMPT, type Terminal } from '../support/tmux.ts';

const ENTRY = resolve('bin/run.js');
const FAILOVER = resolve('fixtures/top/failover.jsonl');
const LATEST_BANNER_MS = 3000;

let folder: string;
let shown: Terminal | undefined;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'rt-top-session-'));
});
afterEach(() => {
  shown?.close();
  shown = undefined;
});
afterAll(() => rmSync(folder, { recursive: true }));

/** Runs `rt top` in a new terminal, its files in `folder`. */
function top(columns: number, rows: number, ...args: readonly string[]): Terminal {
  const terminal = openTerminal(columns, rows);
  shown = terminal;
  const line = [process.execPath, ENTRY, 'top', ...args].join(' ');
  terminal.run(`cd ${folder}; clear; ${line}; echo "left $?"`);
  return terminal;
}

async function expectQuits(terminal: Terminal): Promise<void> {
  terminal.press('q');
  const rows = await terminal.until((screen) => screen.includes(`left 0\n${PROMPT}`));
  expect(rows.join('\n')).not.toMatch(/\bat .*:\d+:\d+/);
}

describe.skipIf(!hasRedis || !hasTmux)('rt top with live text', () => {
  let redis: RedisServer;
  let servers: readonly RtServer[];
  let speaker: RtProcess;

  beforeAll(async () => {
    redis = await startRedis();
    const store = ['--redis', redis.url, '--prefix', 'top'];
    const worker = (id: string): Promise<RtServer> =>
      startRtServer(['worker', '--id', id, '--engine', 'beacon', '--listen', '127.0.0.1:0', ...store]);
    servers = await Promise.all([
      worker('w-1'),
      worker('w-2'),
      startRtServer(['gateway', '--id', 'gateway-1', '--listen', '127.0.0.1:0', ...store]),
    ]);
    const audio = join(folder, 'beacon.wav');
    const made = await runRt(['chaos', 'audio', '--seed', '7', '--duration', '5m', '--out', audio]);
    expect(made.code).toBe(0);
    speaker = startRt(['stream', audio, '--gateway', servers[2]?.ready.url ?? '']);
  });
  afterAll(async () => {
    for (const process of [speaker, ...servers]) process.kill('SIGKILL');
    await Promise.all([speaker, ...servers].map(({ finished }) => finished));
    await redis.stop();
  });

  /** The number that was said last: words of this audio are numbers from 0 on. */
  function lastWord(screen: string): number {
    return Math.max(
      -1,
      ...[...screen.matchAll(/^[ ›]\d+:\d\d\.\d +▍?…? ?([\d ]*\d)/gm)].flatMap(
        ([, words]) => words?.split(' ').map(Number) ?? [],
      ),
    );
  }

  it('[TOP-30] [TOP-32] [TOP-44] follows a session through the loss of its worker and of Redis', async () => {
    const admin = new Redis(redis.url, { protocol: 2 });
    const patterns = async (): Promise<unknown> => admin.call('PUBSUB', 'NUMPAT');
    const terminal = top(
      100,
      30,
      ...['--redis', redis.url, '--prefix', 'top', '--interval', '500ms'],
      ...['--view', 'sessions'],
    );
    await terminal.until((screen) => screen.includes('1-1 of 1'));
    expect(await patterns()).toBe(0);
    terminal.press('4');
    await terminal.until((screen) => /▍ +\d/.test(screen));
    expect(await patterns()).toBe(1);
    terminal.press('3');
    terminal.press('Enter');
    const opened = await terminal.until(
      (screen) => / w-\d +FAILOVERS 0/.test(screen) && lastWord(screen) > 5,
    );
    expect(await patterns()).toBe(0);
    const serving = / (w-\d) +FAILOVERS/.exec(opened.join('\n'))?.[1];
    servers.find(({ ready }) => ready.id === serving)?.kill('SIGKILL');
    const other = serving === 'w-1' ? 'w-2' : 'w-1';
    const moved = await terminal.until((screen) => screen.includes(`${other}  FAILOVERS 1`));
    const before = lastWord(moved.join('\n'));
    const onward = await terminal.until((screen) => lastWord(screen) > before + 5);
    admin.disconnect();

    await redis.kill();
    const away = await terminal.until(
      (screen) => screen.includes('Live text is interrupted'),
      LATEST_BANNER_MS,
    );
    expect(lastWord(away.join('\n'))).toBeGreaterThanOrEqual(lastWord(onward.join('\n')));
    await redis.restartEmpty();
    await terminal.until(
      (screen) => !screen.includes('interrupted') && lastWord(screen) > lastWord(away.join('\n')) + 5,
      20_000,
    );
    terminal.press('S');
    const saved = await terminal.until((screen) => screen.includes('wrote '));
    const path = /wrote (\S+\.srt)/.exec(saved.join('\n'))?.[1] ?? '';
    expect(readFileSync(path, 'utf8')).toMatch(/^1\n\d\d:\d\d:\d\d,\d{3} --> /);
    await expectQuits(terminal);
  });

  it('[TOP-57] records without a terminal until its time is over, and refuses a file that is there', async () => {
    const file = join(folder, 'recorded.jsonl');
    const record = ['top', '--redis', redis.url, '--prefix', 'top', '--record', file, '--timeout', '2s'];
    const first = await runRt(record);
    expect(first).toMatchObject({ code: 0, stderr: expect.stringContaining('Recording into') });
    expect(readFileSync(file, 'utf8')).toMatch(
      /^\{"schema":"rt\.top-recording\/v1".*\n(?:.*\n)*.*"type":"end"\}\n$/,
    );
    expect(await runRt(record)).toMatchObject({
      code: 3,
      stderr: expect.stringContaining('is there already'),
    });
  });
});

describe.skipIf(!hasTmux)('rt top --replay', () => {
  it('[TOP-54] [TOP-55] shows a recording again without any Redis, and stands at its end', async () => {
    const terminal = top(100, 30, '--replay', FAILOVER, '--speed', '20', '--view', 'transcripts');
    await terminal.until((screen) => screen.includes('0 1 2 3 4 5 6 7'));
    const over = await terminal.until((screen) => screen.includes('ends here'), 15_000);
    expect(over.join('\n')).toContain('replay of redis://127.0.0.1');
    expect(over.join('\n')).toMatch(/000000000001 +en +42\n/);
    terminal.press('1');
    const overview = await terminal.until((screen) => screen.includes('WORKERS'));
    expect(overview.join('\n')).toMatch(/w-2 +LOST/);
    expect(overview.join('\n')).toMatch(/data [01]s old/);
    await expectQuits(terminal);
  });
});

describe('rt top --replay without a terminal', () => {
  it('[TOP-57] prints the last picture, as text and as a document', async () => {
    const text = await runRt(['top', '--replay', FAILOVER]);
    expect(text).toMatchObject({ code: 0, stderr: '' });
    expect(text.stdout).toMatch(/\nw-2 +LOST/);
    const document = await runRt(['top', '--replay', FAILOVER, '--json', '--no-transcripts']);
    expect(JSON.parse(document.stdout)).toMatchObject({
      schema: 'rt.top/v1',
      workers: [{ id: 'w-1' }, { id: 'w-2', state: 'LOST' }],
    });
  });

  it('[TOP-56] says what is wrong with a file, and what to do', async () => {
    const { code, stderr } = await runRt(['top', '--replay', resolve('package.json')]);
    expect(code).toBe(3);
    expect(stderr).toContain('line 1 is not the header of a recording');
    expect(stderr).toContain('rt top --record FILE');
    const both = await runRt(['top', '--replay', FAILOVER, '--record', join(folder, 'x')]);
    expect(both).toMatchObject({ code: 2, stderr: expect.stringContaining('exclude each other') });
  });
});
