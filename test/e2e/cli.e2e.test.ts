/** The installed entry as a process: exit codes, streams and messages, with and without --json. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createInterface } from 'node:readline';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hasRedis, type RedisServer, startRedis } from '../support/redis.ts';
import {
  type ScriptedGateway,
  type ScriptedPeer,
  sessionBegin,
  sessionEnd,
  startScriptedGateway,
} from '../support/scripted-gateway.ts';
import type { ServerMessage } from '../../src/protocol/server-messages.ts';

const ENTRY = fileURLToPath(new URL('../../bin/run.js', import.meta.url));
/** Nothing listens on the discard port of loopback. */
const NOBODY = '127.0.0.1:9';

interface Finished {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
  readonly tookMs: number;
}

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'rt-cli-'));
  writeFileSync(join(folder, 'second.pcm'), new Uint8Array(32_000));
  writeFileSync(join(folder, 'notes.wav'), 'these are words, not audio\n');
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

function start(args: readonly string[], environment: Readonly<Record<string, string>> = {}): ChildProcess {
  return spawn(process.execPath, [ENTRY, ...args], {
    cwd: folder,
    env: { PATH: process.env['PATH'], HOME: folder, ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
}

async function finish(child: ChildProcess): Promise<Finished> {
  const startMs = performance.now();
  const texts = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr'] as const) {
    child[name]?.setEncoding('utf8').on('data', (text: string) => {
      texts[name] += text;
    });
  }
  await once(child, 'close');
  return { code: child.exitCode, ...texts, tookMs: performance.now() - startMs };
}

function withResolvers(): { readonly promise: Promise<void>; readonly resolve: () => void } {
  let resolve = (): void => undefined;
  const promise = new Promise<void>((settle) => {
    resolve = settle;
  });
  return { promise, resolve };
}

const rt = (args: readonly string[], environment?: Readonly<Record<string, string>>): Promise<Finished> =>
  finish(start(args, environment));

describe('exit codes are the same in text and JSON', () => {
  it.each<[string, readonly string[], number, string]>([
    ['an unknown command', ['strem'], 2, 'usage'],
    ['an unknown command of a topic', ['workers', 'lst'], 2, 'usage'],
    ['an unknown flag', ['stream', 'a.wav', '--paec', 'max'], 2, 'usage'],
    ['a missing argument', ['stream'], 2, 'usage'],
    ['an argument too many', ['workers', 'list', 'extra'], 2, 'usage'],
    ['an argument outside of its set', ['wait', 'everything'], 2, 'usage'],
    ['a flag without its value', ['stream', 'a.wav', '--pace'], 2, 'usage'],
    ['a value that a flag cannot have', ['stream', 'a.wav', '--pace', 'fast'], 2, 'usage'],
    [
      'a configuration file that is not there',
      ['workers', 'list', '--config', 'nowhere.toml'],
      3,
      'config_invalid',
    ],
    ['a context nobody defined', ['workers', 'list', '--context', 'prod'], 3, 'config_invalid'],
    ['a listening address others can reach', ['gateway', '--listen', '0.0.0.0:0'], 3, 'insecure_listen'],
    ['one of a router', ['router', '--listen', '[::]:0'], 3, 'insecure_listen'],
    ['one of a worker', ['worker', '--listen', '10.0.0.1:0'], 3, 'insecure_listen'],
    [
      'Redis that does not answer',
      ['workers', 'list', '--redis', `redis://${NOBODY}`],
      5,
      'redis_unreachable',
    ],
    [
      'a gateway that does not answer',
      ['stream', 'second.pcm', '--gateway', `ws://${NOBODY}`],
      5,
      'gateway_unreachable',
    ],
    ['a file that is not there', ['stream', 'nothing.wav'], 7, 'file_unreadable'],
    ['a file that is not audio', ['stream', 'notes.wav'], 7, 'invalid_audio'],
    [
      'time that is over',
      ['wait', 'gateway', '--gateway', `ws://${NOBODY}`, '--timeout', '100ms'],
      9,
      'timeout',
    ],
    ['an error code nobody knows', ['errors', 'lookup', 'RT0000'], 13, 'not_found'],
  ])('%s', async (_title, ...[args, code, name]) => {
    const text = await rt(args);
    const lines = text.stderr.trimEnd().split('\n').slice(-3);
    expect([text.code, text.stdout]).toEqual([code, '']);
    expect(lines).toHaveLength(3);
    expect(lines[2]).toMatch(/^(RT\d{4}) · rt errors lookup \1$/);

    const json = await rt([...args, '--json']);
    expect(json.code).toBe(code);
    expect(JSON.parse(json.stdout)).toMatchObject({
      schema: 'rt.error/v1',
      error: { code: name, exit_code: code, message: lines[0], what_to_do: lines[1] },
    });
  });

  it('tells Redis apart within three seconds and says what to do', async () => {
    const { code, stderr, tookMs } = await rt(['sessions', 'list'], { RT_REDIS: `redis://${NOBODY}` });
    expect(code).toBe(5);
    expect(tookMs).toBeLessThan(3_000);
    expect(stderr).toContain('redis-server');
  });

  it('finds what is wrong in a file, with what was meant', async () => {
    writeFileSync(join(folder, 'rt.toml'), '[stream]\nchunk = 50\n');
    const { code, stderr } = await rt(['errors', 'list']);
    rmSync(join(folder, 'rt.toml'));
    expect(code).toBe(3);
    expect(stderr).toContain('unknown key stream.chunk');
  });
});

describe('help and the catalogue', () => {
  it.each([['stream'], ['worker'], ['gateway'], ['sessions', 'tail']])(
    '%s --help begins with examples',
    async (...topic) => {
      const { code, stdout } = await rt([...topic.filter((part) => typeof part === 'string'), '--help']);
      expect(code).toBe(0);
      expect(stdout.indexOf('EXAMPLES')).toBeGreaterThan(0);
      expect(stdout.indexOf('EXAMPLES')).toBeLessThan(stdout.indexOf('USAGE'));
    },
  );

  it('says how to build when nothing is built', async () => {
    mkdirSync(join(folder, 'checkout', 'bin'), { recursive: true });
    copyFileSync(ENTRY, join(folder, 'checkout', 'bin', 'run.mjs'));
    const child = spawn(process.execPath, [join(folder, 'checkout', 'bin', 'run.mjs'), 'demo']);
    expect(await finish(child)).toMatchObject({
      code: 1,
      stdout: '',
      stderr: 'rt is not built: run npm run build\n',
    });
  });

  it('explains a code', async () => {
    const { code, stdout } = await rt(['errors', 'lookup', 'no_capacity']);
    expect(code).toBe(0);
    expect(stdout).toContain('RT1013');
    expect(stdout).toContain('What to do:');
  });

  it('ends quietly when the reader has seen enough', async () => {
    const child = start(['errors', 'list', '--json']);
    child.stdout?.destroy();
    let stderr = '';
    child.stderr?.setEncoding('utf8').on('data', (text: string) => (stderr += text));
    await once(child, 'close');
    expect([child.exitCode, stderr]).toEqual([0, '']);
  });
});

describe('rt stream', () => {
  let gateway: ScriptedGateway | undefined;
  const serve = async (script: (peer: ScriptedPeer) => void): Promise<string> => {
    gateway = await startScriptedGateway(script);
    return gateway.url;
  };
  const stream = async (
    script: (peer: ScriptedPeer) => void,
    ...flags: readonly string[]
  ): Promise<Finished> => {
    const url = await serve(script);
    const result = await rt(['stream', 'second.pcm', '--pace', 'max', '--gateway', url, ...flags]);
    await gateway?.stop();
    return result;
  };

  const final: ServerMessage = {
    type: 'transcript.final',
    text: 'hello\u001b[2J world',
    start: 0.1,
    end: 0.9,
    audio_end: 1,
    confidence: 1,
    words: null,
    seq: 2,
  };
  const answer =
    (...messages: readonly ServerMessage[]) =>
    (peer: ScriptedPeer): void => {
      peer.say(sessionBegin);
      void peer.heard('end').then(() => {
        for (const message of messages) peer.say(message);
        peer.socket.close(1000, '');
      });
    };
  const refuse =
    (code: 'no_capacity' | 'unauthenticated' | 'asr_failed', close: number) => (peer: ScriptedPeer) => {
      peer.say({
        type: 'error',
        code,
        message: 'No.',
        recoverable: false,
        retry: 'never',
        ref: 'RT1',
        seq: 1,
      });
      peer.socket.close(close, '');
    };

  it('prints finals alone on stdout, made safe, and the summary on stderr', async () => {
    const { code, stdout, stderr } = await stream(answer(final, sessionEnd(3, 1)));
    expect([code, stdout]).toEqual([0, 'hello world\n']);
    expect(stderr).toContain('1 final');
    expect(stderr).toContain('nothing lost');
  });

  it.each([
    ['words', 'hello big world'],
    ['a file', 'said.txt'],
  ])('compares with %s and names the normaliser', async (_title, ref) => {
    writeFileSync(join(folder, 'said.txt'), 'Hello, big world!\n');
    const { stderr } = await stream(
      answer({ ...final, text: 'hello world' }, sessionEnd(3, 1)),
      '--ref',
      ref,
    );
    expect(stderr).toMatch(/WER 33\.3% \(rt-basic-\d\)/);
  });

  it('writes each event and the summary as JSON lines', async () => {
    const { code, stdout } = await stream(answer(final, sessionEnd(3, 1)), '--format', 'jsonl');
    const lines = stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(code).toBe(0);
    expect(lines.map(({ type }) => type)).toEqual([
      'session.begin',
      'transcript.final',
      'session.end',
      'summary',
    ]);
    expect(lines[1]).toEqual({ ...final, t_ms: expect.any(Number) as number });
    expect(lines[3]).toMatchObject({
      audio_s: 1,
      finals: 1,
      samples_sent: 16_000,
      samples_accounted: 16_000,
      complete: true,
    });
  });

  it.each([
    ['srt', '1\n00:00:00,100 --> 00:00:00,900\nhello world\n'],
    ['vtt', 'WEBVTT\n\n00:00:00.100 --> 00:00:00.900\nhello world\n'],
  ])('writes %s', async (format, expected) => {
    expect((await stream(answer(final, sessionEnd(3, 1)), '--format', format)).stdout).toBe(expected);
  });

  it('writes one document with --json', async () => {
    const { stdout } = await stream(answer(final, sessionEnd(3, 1)), '--json');
    const document = JSON.parse(stdout) as { streams: readonly unknown[] };
    expect(document).toMatchObject({ schema: 'rt.stream/v1' });
    expect(document.streams).toMatchObject([
      { session_id: 'sess_0123456789ab', finals: [final], summary: { complete: true } },
    ]);
    expect(stdout).not.toContain('receivedMs');
  });

  it.each<[string, (peer: ScriptedPeer) => void, readonly string[], number]>([
    ['no capacity', refuse('no_capacity', 1013), [], 6],
    ['no credentials', refuse('unauthenticated', 4001), [], 4],
    ['a failed recogniser', refuse('asr_failed', 1011), [], 8],
    ['a socket that is cut', (peer) => peer.socket.terminate(), [], 8],
    ['text that is not the protocol', (peer) => peer.socket.send('hello'), [], 7],
    ['a gateway that says nothing, and --timeout', () => undefined, ['--timeout', '1s'], 9],
    ['audio unaccounted for, with --fail-on-loss', answer(final, sessionEnd(3, 0.9)), ['--fail-on-loss'], 8],
    ['a hole in the numbers, with --fail-on-loss', answer(final, sessionEnd(4, 1)), ['--fail-on-loss'], 8],
    ['a loss nobody asked about', answer(final, sessionEnd(4, 0.9)), [], 0],
  ])('ends with the right code on %s', async (_title, ...[script, flags, code]) => {
    expect((await stream(script, ...flags)).code).toBe(code);
  });

  it.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const)('[STR-1] ends its session in order and exits on %s', async (signal, code) => {
    const { promise: begun, resolve: begin } = withResolvers();
    const url = await serve((peer) => {
      answer(sessionEnd(2, 0))(peer);
      begin();
    });
    const child = start(['stream', 'second.pcm', '--pace', '0.1', '--gateway', url]);
    const finished = finish(child);
    await begun;
    child.kill(signal);
    const { code: exitCode, stderr } = await finished;
    expect((await gateway?.closes[0])?.code).toBe(1000);
    await gateway?.stop();
    expect(exitCode).toBe(code);
    expect(stderr).toContain(signal);
  });

  it('sends what stdin brings', async () => {
    let bytes = 0;
    const url = await serve((peer) => {
      peer.say(sessionBegin);
      void peer.heard('end').then(() => {
        bytes = peer.audioBytes();
        peer.say(sessionEnd(2, 0.5));
        peer.socket.close(1000, '');
      });
    });
    const child = spawn(process.execPath, [ENTRY, 'stream', '-', '--pace', 'max', '--gateway', url], {
      cwd: folder,
      env: { PATH: process.env['PATH'], HOME: folder },
      stdio: ['pipe', 'ignore', 'ignore'],
    });
    child.stdin.end(new Uint8Array(16_000));
    await once(child, 'close');
    await gateway?.stop();
    expect([child.exitCode, bytes]).toEqual([0, 16_000]);
  });
});

describe.skipIf(!hasRedis)('with a Redis', () => {
  let redis: RedisServer;
  beforeAll(async () => {
    redis = await startRedis();
  });
  afterAll(() => redis.stop());

  /** Starts a server and resolves with its ready line. */
  async function serve(
    args: readonly string[],
  ): Promise<{ readonly child: ChildProcess; readonly ready: string }> {
    const child = start([...args, '--redis', redis.url]);
    for await (const line of createInterface({ input: child.stderr as NodeJS.ReadableStream })) {
      if (line.includes('"type":"ready"')) return { child, ready: line };
    }
    throw new Error('the server ended before it was ready');
  }

  it.each([
    ['router', 'http'],
    ['gateway', 'ws'],
  ])(
    'rt %s says once that it is ready, on stderr and in a file, and ends with 0 when asked',
    async (role, protocol) => {
      const file = join(folder, `${role}.json`);
      const { child, ready } = await serve([role, '--listen', '127.0.0.1:0', '--ready-file', file]);
      const line = JSON.parse(ready) as Record<string, unknown>;
      expect(Object.keys(line)).toEqual(['type', 'role', 'id', 'url', 'http', 'pid', 'version']);
      expect(line).toMatchObject({ role, pid: child.pid });
      expect(line['url']).toMatch(new RegExp(`^${protocol}://127\\.0\\.0\\.1:[1-9]\\d*$`));
      expect(readFileSync(file, 'utf8')).toBe(`${ready}\n`);
      child.kill('SIGTERM');
      await once(child, 'exit');
      expect(child.exitCode).toBe(0);
    },
  );

  it('waits for a gateway and then for workers, and says which is missing', async () => {
    const { child, ready } = await serve(['gateway', '--listen', '127.0.0.1:0']);
    const { url } = JSON.parse(ready) as { readonly url: string };
    const flags = ['--gateway', url, '--redis', redis.url];
    expect((await rt(['wait', 'gateway', ...flags])).code).toBe(0);
    const { code, stderr } = await rt(['wait', 'cluster', '--timeout', '500ms', ...flags]);
    expect(code).toBe(9);
    expect(stderr).toContain('0 of 1 workers');
    child.kill('SIGTERM');
    await once(child, 'exit');
  });

  it('lists and shows what the registry knows', async () => {
    const flags = ['--redis', redis.url, '--json'];
    expect(JSON.parse((await rt(['workers', 'list', ...flags])).stdout)).toEqual({
      schema: 'rt.workers/v1',
      workers: [],
    });
    expect(JSON.parse((await rt(['sessions', 'list', ...flags])).stdout)).toEqual({
      schema: 'rt.sessions/v1',
      sessions: [],
    });
  });

  it.each([
    ['workers', 'show', 'w-9'],
    ['sessions', 'show', 'sess_000000000000'],
    ['sessions', 'show', 'not an id'],
    ['sessions', 'tail', 'sess_000000000000'],
  ])('rt %s %s %s is not found', async (...args) => {
    const { code, stdout, stderr } = await rt([...args, '--redis', redis.url]);
    expect([code, stdout]).toEqual([13, '']);
    expect(stderr).toContain(args[2]);
  });
});
