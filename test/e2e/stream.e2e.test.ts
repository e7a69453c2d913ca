/** `rt stream` as people and scripts use it: a cluster, the installed command, files, a pipe and a terminal. */
import { execFile } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { AsrEngine } from '../../src/engine/asr-engine.ts';
import { startBundledEngine, startCluster, type TestCluster } from '../support/cluster.ts';
import { type FileServer, startFileServer } from '../support/file-server.ts';
import { runRt, startRt } from '../support/rt-process.ts';
import { hasTmux, openTerminal, PROMPT } from '../support/tmux.ts';

const CLIP = resolve('fixtures/audio/digits.wav');
const CLIP_BYTES = readFileSync(CLIP);
const SAID = /four five six seven eight nine zero$/;

let engine: AsrEngine;
let cluster: TestCluster;
let server: FileServer;
let folder: string;
/** The same words in a second file. */
let other: string;
let environment: Record<string, string>;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'rt-stream-'));
  engine = await startBundledEngine();
  [cluster, server] = await Promise.all([startCluster({ engine }), startFileServer()]);
  server.put('/clip.wav', CLIP_BYTES);
  environment = { RT_GATEWAY: cluster.url };
  other = join(folder, 'other.wav');
  writeFileSync(other, CLIP_BYTES);
});
afterAll(async () => {
  await cluster.stop();
  await engine.close();
  await server.close();
  rmSync(folder, { recursive: true });
});

const stream = (...args: string[]) => runRt(['stream', '--pace', '8', ...args], environment);

/** Runs a line of bash, in which NODE, RT and CLIP are set. */
function runShell(
  command: string,
  variables: Readonly<Record<string, string>> = {},
): Promise<{ readonly code: number; readonly stdout: string; readonly stderr: string }> {
  const names = { NODE: process.execPath, RT: resolve('bin/run.js'), CLIP, ...variables };
  const env = { PATH: process.env['PATH'], HOME: '/nonexistent', ...environment, ...names };
  return new Promise((done) => {
    execFile('bash', ['--norc', '-c', command], { env, cwd: folder }, (error, stdout, stderr) => {
      done({ code: Number(error?.code ?? 0), stdout, stderr });
    });
  });
}

/** The samples of a WAV as our own reader takes them: its header must not promise more than there is. */
function samplesOf(path: string): Buffer {
  const wav = readFileSync(path);
  expect(wav.readUInt32LE(40)).toBe(wav.length - 44);
  return wav.subarray(44);
}

const savedIn = (name: string, ending: string): string[] =>
  readdirSync(join(folder, name))
    .filter((file) => file.endsWith(ending))
    .map((file) => join(folder, name, file));

describe('--save', () => {
  it('[STR-15] keeps the words, subtitles, the document and what was sent', async () => {
    const { code, stderr } = await stream(
      CLIP,
      '--words',
      '--save',
      join(folder, 'kept'),
      '--ref',
      'four five',
    );
    expect(code).toBe(0);
    const [record = ''] = savedIn('kept', '.json');
    expect(readdirSync(join(folder, 'kept')).map((name) => name.split('.')[1])).toEqual(
      expect.arrayContaining(['json', 'srt', 'txt', 'vtt', 'wav']),
    );
    expect(stderr).toContain(`Saved ${record.replace(/\.json$/, '')}.{wav,json,srt,vtt,txt}`);
    const document = JSON.parse(readFileSync(record, 'utf8')) as Record<string, unknown>;
    expect(document).toMatchObject({
      schema: 'rt.saved-stream/v1',
      input: CLIP,
      session_id: basename(record, '.json'),
      transcript: expect.stringMatching(SAID),
      summary: { complete: true, samples_sent: (CLIP_BYTES.length - 44) / 2 },
      alignment: expect.arrayContaining([{ op: 'match', ref: '4', hyp: '4' }]),
      error: null,
      settings: { words: true, pace: 8 },
    });
    expect(samplesOf(record.replace('.json', '.wav'))).toEqual(CLIP_BYTES.subarray(44));
    expect(readFileSync(record.replace('.json', '.vtt'), 'utf8')).toMatch(/^WEBVTT\n\n00:00:0/);
    expect(readFileSync(record.replace('.json', '.txt'), 'utf8').trimEnd()).toMatch(SAID);
  });

  it('[STR-1] [STR-15] ^C leaves everything that was sent, in order and told', async () => {
    const rt = startRt(['stream', CLIP, '--pace', '2', '--save', join(folder, 'cut')], environment);
    await rt.until(({ stdout }) => stdout().includes('three'));
    rt.kill('SIGINT');
    const { code, stdout, stderr } = await rt.finished;
    expect(code).toBe(130);
    expect(stderr).toMatch(/nothing lost[^]*Saved [^]*Interrupted by SIGINT/);
    const [record = ''] = savedIn('cut', '.json');
    const { summary, transcript, error } = JSON.parse(readFileSync(record, 'utf8')) as {
      summary: { samples_sent: number; complete: boolean };
      transcript: string;
      error: { code: string };
    };
    expect(summary.complete).toBe(true);
    expect(error.code).toBe('interrupted');
    expect(stdout.trim().replaceAll('\n', ' ')).toBe(transcript);
    expect(samplesOf(record.replace('.json', '.wav'))).toHaveLength(summary.samples_sent * 2);
  });

  it('[STR-15] a process that is killed leaves a valid recording and no half files', async () => {
    const rt = startRt(['stream', CLIP, '--pace', '2', '--save', join(folder, 'killed')], environment);
    await rt.until(({ stdout }) => stdout().includes('three'));
    rt.kill('SIGKILL');
    await rt.finished;
    const [wav = ''] = savedIn('killed', '');
    expect(savedIn('killed', '')).toHaveLength(1);
    const samples = samplesOf(wav);
    expect(samples.length).toBeGreaterThan(16_000);
    expect(samples).toEqual(CLIP_BYTES.subarray(44, 44 + samples.length));
  });

  it('[STR-16] a disk that takes no more ends neither the words nor the other files', async () => {
    const command = 'ulimit -f 100; exec "$NODE" "$RT" stream "$CLIP" --pace 8 --save full';
    const [plain, json] = await Promise.all([runShell(command), runShell(`${command}/json --json`)]);
    expect([plain.code, json.code]).toEqual([7, 7]);
    expect(plain.stdout.trimEnd()).toMatch(SAID);
    expect(plain.stderr).toMatch(/Saved .*\{wav,json,srt,vtt,txt\}\nCannot write .*\.wav: EFBIG/);
    expect(JSON.parse(json.stdout)).toMatchObject({
      streams: [{ transcript: expect.stringMatching(SAID), error: { code: 'file_unreadable' } }],
    });
    const samples = samplesOf(savedIn('full', '.wav')[0] ?? '');
    expect(samples).toEqual(CLIP_BYTES.subarray(44, 44 + samples.length));
  });

  it('[STR-16] is refused before anything is sent where the folder cannot be had', async () => {
    writeFileSync(join(folder, 'occupied'), '');
    const { code, stdout, stderr } = await stream(CLIP, '--save', join(folder, 'occupied'));
    expect([code, stdout]).toEqual([7, '']);
    expect(stderr).toMatch(/Cannot write .*occupied/);
  });
});

describe('a reader that goes', () => {
  it('[STR-4] ends the session in order, so that its place is free at once', async () => {
    const command = '"$NODE" "$RT" stream "$CLIP" --format jsonl | head -1; echo "exit ${PIPESTATUS[0]}"';
    const startMs = performance.now();
    const { stdout, stderr } = await runShell(command);
    // The clip alone would have taken longer.
    expect(performance.now() - startMs).toBeLessThan(30_000);
    expect([stdout.trimEnd().split('\n').at(-1), stderr]).toEqual(['exit 0', '']);
    // Behind the last write of its journal, and long before anybody would come back for it.
    await expect.poll(() => cluster.activeSessions(), { timeout: 2000 }).toBe(0);
  });
});

describe('--parallel', () => {
  it('[STR-13] [STR-14] streams several at once, in one document, and one that fails ends no other', async () => {
    const missing = join(folder, 'missing.wav');
    const flags = ['--parallel', '3', '--json', '--fail-on-loss'];
    const { code, stdout } = await stream(CLIP, missing, other, ...flags);
    expect(code).toBe(7);
    const { streams } = JSON.parse(stdout) as { streams: Record<string, unknown>[] };
    expect(streams.map(({ input }) => input)).toEqual([CLIP, missing, other]);
    expect(streams[0]?.['transcript']).toMatch(SAID);
    expect(streams[1]).toMatchObject({ session_id: null, error: { code: 'file_unreadable', exit_code: 7 } });
    expect(streams[2]?.['transcript']).toMatch(SAID);
    expect(streams[2]).not.toHaveProperty('error');
  });

  it('[STR-13] says in a pipe whose finals these are', async () => {
    const { code, stdout, stderr } = await stream(CLIP, other, '--parallel', '2');
    expect([code, stderr]).toEqual([0, expect.stringContaining('nothing lost')]);
    for (const name of ['digits.wav', 'other.wav']) {
      expect(stdout).toMatch(new RegExp(`^${name}: four five six`, 'mu'));
      expect(stderr).toMatch(new RegExp(`^${name}: ✓ 0:05 audio`, 'mu'));
    }
  });
});

describe('an address', () => {
  it('[AUD-17] is followed and streamed', async () => {
    server.always('/moved', (_, response) => response.writeHead(301, { location: '/clip.wav' }).end());
    const { code, stdout } = await stream(`${server.url}/moved`, '--fail-on-loss');
    expect([code, stdout.trimEnd()]).toEqual([0, expect.stringMatching(SAID)]);
  });

  it('[AUD-17] that is not there is an error with its status', async () => {
    const { code, stderr } = await stream(`${server.url}/nothing.wav?key=secret`);
    expect([code, stderr]).toEqual([7, expect.stringContaining('/nothing.wav answers 404 Not Found')]);
    expect(stderr).not.toContain('secret');
  });

  it('[STR-3] [AUD-17] that breaks off in the middle tells what came, and is not complete', async () => {
    server.script('/broken.wav', (_, response) => {
      response.writeHead(200, { 'content-length': CLIP_BYTES.length });
      response.write(CLIP_BYTES.subarray(0, 120_000), () => setTimeout(() => response.destroy(), 200));
    });
    const { code, stdout } = await stream(`${server.url}/broken.wav`, '--format', 'jsonl');
    expect(code).toBe(7);
    const events = stdout.trimEnd().split('\n');
    expect(JSON.parse(events.at(-1) ?? '')).toMatchObject({ type: 'summary', complete: false });
    expect(JSON.parse(events.at(-2) ?? '')).toMatchObject({ type: 'session.end' });
  });
});

describe('bad input', () => {
  it('[STR-17] raw samples without a word are told with what they were taken for', async () => {
    const silence = join(folder, 'silence.pcm');
    writeFileSync(silence, Buffer.alloc(96_000));
    const { code, stderr } = await stream(silence);
    expect([code, stderr]).toEqual([0, expect.stringContaining('taken for 16000 Hz, mono, pcm_s16le')]);
  });
});

describe.skipIf(!hasTmux)('on a terminal', () => {
  it.each([
    [80, 24],
    [40, 10],
  ])('[STR-5] [STR-6] of %i × %i has live lines that leave no trace', async (columns, rows) => {
    const terminal = openTerminal(columns, rows);
    try {
      terminal.run(`clear; RT_GATEWAY=${cluster.url} ${process.execPath} bin/run.js stream ${CLIP} --pace 2`);
      const live = await terminal.until(
        (screen) => /▍ .*\n● digits\.wav · 0:0\d \/ 0:05/u.test(screen),
        30_000,
      );
      expect(live.filter((line) => line.startsWith('●'))).toHaveLength(1);
      await terminal.until((screen) => screen.includes('0:0') && screen.includes('three'), 20_000);
      terminal.resize(columns - 8, rows);
      await terminal.until((screen) => screen.trimEnd().endsWith(PROMPT), 30_000);
      const screen = terminal.unwrapped().join('\n');
      expect(screen).toMatch(/ 0:0\d {2}four five six seven eight nine zero\n✓ 0:05 audio · 2 finals/);
      expect(screen).not.toMatch(/[●▍]/u);
    } finally {
      terminal.close();
    }
  });
});
