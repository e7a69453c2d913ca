/** What holds of every command of the installed program: help, failures, streams, start. */
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hasRedis, type RedisServer, startRedis } from '../support/redis.ts';
import { startRt } from '../support/rt-process.ts';
import { type CommandOutcome, listedCommands, runCommands } from '../support/run-commands.ts';

const ENTRY = fileURLToPath(new URL('../../bin/run.js', import.meta.url));
/** Nothing listens on the discard port of loopback. */
const DEAD_REDIS = ['--redis', 'redis://127.0.0.1:9', '--timeout', '200ms'];

const commands = listedCommands();
const lineOf = ({ argv }: CommandOutcome): string => ['rt', ...argv].join(' ');

/** Runs each line as it is and with --json; what is wrong with their failures, in words. */
async function wrongFailures(
  lines: readonly (readonly string[])[],
  code: number,
  name: string,
): Promise<readonly string[]> {
  const outcomes = await runCommands(lines.flatMap((line) => [line, [...line, '--json']]));
  const wrong: string[] = [];
  for (let index = 0; index < outcomes.length; index += 2) {
    const [text, json] = [outcomes[index], outcomes[index + 1]];
    if (text === undefined || json === undefined) throw new Error('each line has two outcomes');
    const told = text.stderr.trimEnd().split('\n').slice(-3);
    const expected = { code, message: told[0], what_to_do: told[1] };
    if (text.code !== code) wrong.push(`${lineOf(text)}: ${text.code}, ${text.stderr}`);
    else if (text.stdout !== '') wrong.push(`${lineOf(text)} wrote ${text.stdout}`);
    else if (!/^(RT\d{4}) · rt errors lookup \1$/.test(told[2] ?? ''))
      wrong.push(`${lineOf(text)}: ${text.stderr}`);
    else if (json.code !== code) wrong.push(`${lineOf(json)}: ${json.code}, ${json.stdout}`);
    else {
      const document = JSON.parse(json.stdout) as {
        readonly schema: string;
        readonly error: Record<string, unknown>;
      };
      const { code: errorName, message, what_to_do, exit_code } = document.error;
      if (errorName !== name || document.schema !== 'rt.error/v1')
        wrong.push(`${lineOf(json)}: ${json.stdout}`);
      const same = { code: exit_code, message, what_to_do };
      if (JSON.stringify(same) !== JSON.stringify(expected)) wrong.push(`${lineOf(json)}: ${json.stdout}`);
    }
  }
  return wrong;
}

describe('every command', () => {
  it('[CMD-1] shows its help, examples first, on 80 columns as it was last agreed on', async () => {
    const lines = [[], ...commands.map(({ words }) => words)].map((words) => [...words, '--help']);
    for (const { argv, code, stdout, stderr } of await runCommands(lines)) {
      expect([code, stderr], argv.join(' ')).toEqual([0, '']);
      expect(stdout.indexOf('EXAMPLES'), argv.join(' ')).toBeLessThan(stdout.indexOf('USAGE'));
      const shown = stdout.replace(/^ {2}rt\/\S+ \S+ node-v\S+$/m, '  rt/VERSION PLATFORM NODE');
      await expect(shown).toMatchFileSnapshot(`help/${['rt', ...argv.slice(0, -1)].join('-')}.txt`);
    }
  });

  it('[CMD-3] refuses a flag it does not have', async () => {
    const lines = commands.map(({ words, operands }) => [...words, ...operands, '--nosuchflag']);
    expect(await wrongFailures(lines, 2, 'usage')).toEqual([]);
  });

  it('[CMD-3] refuses a value that a flag cannot have', async () => {
    const lines = commands.map(({ words, operands }) => [...words, ...operands, '--timeout', 'soon']);
    expect(await wrongFailures(lines, 2, 'usage')).toEqual([]);
  });

  it('[CMD-3] refuses to go without an argument it needs', async () => {
    const needy = commands.filter(({ operands }) => operands.length > 0);
    expect(needy.length).toBeGreaterThan(10);
    expect(
      await wrongFailures(
        needy.map(({ words }) => words),
        2,
        'usage',
      ),
    ).toEqual([]);
  });

  it('[CFG-13] says which flag was meant', async () => {
    const outcomes = await runCommands(
      commands.map(({ words, operands }) => [...words, ...operands, '--verbsoe']),
    );
    expect(outcomes.filter(({ stderr }) => !stderr.includes('Did you mean --verbose?')).map(lineOf)).toEqual(
      [],
    );
  });

  it('[CFG-13] is found by a name that is nearly right, also for help', async () => {
    const typed = ['workers lits', 'sesions tail', 'help sesions', 'sesions --help', 'help workers drian'];
    const outcomes = await runCommands(typed.map((line) => line.split(' ')));
    expect(outcomes.map(({ code }) => code)).toEqual(typed.map(() => 2));
    expect(outcomes.filter(({ stderr }) => !stderr.includes('Did you mean rt ')).map(lineOf)).toEqual([]);
  });
});

describe('commands that need a cluster', () => {
  it('[CMD-3] tell that Redis does not answer', async () => {
    const lines = [
      ...['list', 'show w', 'cordon w', 'uncordon w', 'drain w', 'remove w --yes'].map(
        (line) => `workers ${line}`,
      ),
      ...['list', 'show s', 'tail s', 'end s --yes', 'export s'].map((line) => `sessions ${line}`),
      'top --once',
    ];
    const dead = lines.map((line) => [...line.split(' '), ...DEAD_REDIS]);
    expect(await wrongFailures(dead, 5, 'redis_unreachable')).toEqual([]);
  });

  describe.skipIf(!hasRedis)('with a Redis', () => {
    let redis: RedisServer;
    beforeAll(async () => {
      redis = await startRedis();
    });
    afterAll(() => redis.stop());

    it('[CMD-3] tell that there is no such thing', async () => {
      const cluster = ['show w', 'cordon w', 'uncordon w', 'drain w', 'remove w --yes'].map(
        (line) => `workers ${line}`,
      );
      const sessions = ['show s', 'tail s', 'end s --yes', 'export s'].map((line) => `sessions ${line}`);
      const local = ['config get nosuch', 'config set nosuch 1', 'context show nosuch', 'context use nosuch'];
      const more = ['context remove nosuch', 'schema nosuch', 'errors lookup RT0000'];
      const lines = [...cluster, ...sessions, ...local, ...more].map((line) => [
        ...line.split(' '),
        '--redis',
        redis.url,
      ]);
      expect(await wrongFailures(lines, 13, 'not_found')).toEqual([]);
    });
  });
});

describe('the streams and signals of a command', () => {
  it.each(['help', 'errors list', 'config show', 'schema workers', 'stream --help'])(
    '[CMD-4] rt %s ends quietly when nobody reads any more',
    async (line) => {
      const child = spawn(process.execPath, [ENTRY, ...line.split(' ')], {
        cwd: tmpdir(),
        env: { PATH: process.env['PATH'], HOME: '/nonexistent' },
        stdio: ['ignore', 'pipe', 'pipe'],
      });
      child.stdout.destroy();
      let stderr = '';
      child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
      await once(child, 'close');
      expect([child.exitCode, stderr]).toEqual([0, '']);
    },
  );

  it.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const)('[CMD-5] a command that waits ends on %s with %i', async (signal, code) => {
    // Takes the question whether it is ready, and leaves it unanswered.
    const silent = createServer();
    silent.listen(0, '127.0.0.1');
    await once(silent, 'listening');
    const { port } = silent.address() as AddressInfo;
    const asked = once(silent, 'connection');
    const rt = startRt(['wait', 'gateway', '--gateway', `ws://127.0.0.1:${port}`, '--timeout', '30s']);
    await asked;
    rt.kill(signal);
    expect(await rt.finished).toMatchObject({ code, stdout: '' });
    silent.close();
  });
});

describe('the start of a command', () => {
  const LINES = [
    '--version',
    '--help',
    'stream --help',
    'errors list',
    'workers list --redis redis://127.0.0.1:9',
  ];

  function startMs(args: readonly string[]): number {
    const from = performance.now();
    spawnSync(process.execPath, args, {
      stdio: 'ignore',
      env: { PATH: process.env['PATH'], HOME: '/nonexistent' },
    });
    return performance.now() - from;
  }

  it('[CMD-7] takes a few times that of Node', () => {
    // The quickest of five each, taken in turns: whatever else the machine does, it does to both.
    const least = new Map<string, number>();
    const note = (name: string, ms: number): void => {
      least.set(name, Math.min(ms, least.get(name) ?? ms));
    };
    for (let round = 0; round < 5; round += 1) {
      note('node', startMs(['-e', '0']));
      for (const line of LINES) note(line, startMs([ENTRY, ...line.split(' ')]));
    }
    const bound = (least.get('node') ?? 0) * 6 + 200;
    expect([...least].filter(([, ms]) => ms > bound)).toEqual([]);
  });
});
