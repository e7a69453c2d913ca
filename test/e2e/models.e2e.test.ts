/** `rt models` as a process, against a server that fails in every way servers do. */
import { spawn, spawnSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { text as textOf } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { BUNDLED_MODEL_PATH } from '../../src/engine/models/bundled.ts';
import {
  type Behaviour,
  cutAfter,
  type FileServer,
  redirectTo,
  sha256,
  stallAfter,
  startFileServer,
  status,
  wholeAlways,
} from '../support/file-server.ts';
import { hasRedis, startRedis } from '../support/redis.ts';
import { type Finished, type RtProcess, runRt, startRt, startRtServer } from '../support/rt-process.ts';
import { writeTar } from '../support/tar-writer.ts';

const HUB = '/altunenes/parakeet-rs/resolve/main/realtime_eou_120m-v1-onnx';
const ENCODER = `${HUB}/encoder.onnx`;
const CONTENT = Buffer.from(Uint8Array.from({ length: 2_000_000 }, (_, i) => (i * 31 + (i >> 8)) & 255));
const ARCHIVE =
  '/k2-fsa/sherpa-onnx/releases/download/asr-models/sherpa-onnx-nemo-streaming-fast-conformer-ctc-en-80ms-int8.tar.bz2';

/** What is asked for after a cut: how much of what came was read by then is up to the network. */
const PART: unknown = expect.stringMatching(/^bytes=[1-9]\d*-$/);

let server: FileServer;
let folder: string;
beforeEach(async () => {
  server = await startFileServer();
  folder = mkdtempSync(join(tmpdir(), 'rt-models-'));
  server.put(ENCODER, CONTENT);
  server.put(`${HUB}/decoder_joint.onnx`, 'decoder');
  server.put(`${HUB}/tokenizer.json`, '{}');
});
afterEach(async () => {
  await server.close();
  rmSync(folder, { recursive: true });
});

const dir = (): string => join(folder, 'models');
const installed = (id = 'eou-120m'): string => join(dir(), id);
const staged = (name: string): string => join(dir(), '.eou-120m.partial', name);
const environment = () => ({ RT_MODELS_DIR: dir(), RT_MODELS_BASE_URL: server.url });
const rt = (...args: readonly string[]): Promise<Finished> => runRt(['models', ...args], environment());
const begin = (...args: readonly string[]): RtProcess => startRt(['models', ...args], environment());
const encoderRanges = () => server.seen(ENCODER).map(({ range }) => range);

/** Resolves once that much of the encoder is on the disk. */
function partHas(bytes: number): Promise<void> {
  const size = (): number | undefined =>
    statSync(staged('encoder.onnx.part'), { throwIfNoEntry: false })?.size;
  return expect.poll(size, { timeout: 10_000 }).toBe(bytes);
}

function expectInstalled({ code, stdout, stderr }: Finished): void {
  expect([code, stdout], stderr).toEqual([0, `${installed()}\n`]);
  expect(readFileSync(join(installed(), 'encoder.onnx')).equals(CONTENT)).toBe(true);
  expect(readdirSync(dir()).sort()).toEqual(['.first-seen', 'eou-120m']);
}

describe('rt models pull', () => {
  it('[MOD-6] [MOD-7] [MOD-10] follows a hub to its storage and checks what it says', async () => {
    const storage = await startFileServer();
    storage.put('/blob', CONTENT);
    const told = { 'x-linked-etag': `"${sha256(CONTENT)}"`, 'x-linked-size': String(CONTENT.length) };
    server.always(ENCODER, redirectTo(`${storage.url}/blob`, told));
    const first = await rt('pull', 'eou-120m');
    expectInstalled(first);
    expect(first.stderr).toContain('is the one its publisher states');
    expect(first.stderr).toContain('is published by nobody: remembered for the next pull');
    expect(first.stderr).toContain('Licence: nvidia-open-model');
    const again = await rt('pull', 'eou-120m');
    expectInstalled(again);
    expect(again.stderr).toContain('was here already');
    expect(storage.requests).toHaveLength(1);
    await storage.close();
  });

  it('[MOD-4] [MOD-11] ends with 130 at Ctrl-C and goes on where it stopped', async () => {
    server.script(ENCODER, stallAfter(700_000));
    const pull = begin('pull', 'eou-120m');
    await partHas(700_000);
    pull.kill('SIGINT');
    const { code, stderr } = await pull.finished;
    expect(code).toBe(130);
    expect(stderr).toContain('RT4130');
    expect(existsSync(installed())).toBe(false);
    const second = await rt('pull', 'eou-120m');
    expectInstalled(second);
    expect(second.stderr).toContain('encoder.onnx: going on from 700 kB');
    expect(encoderRanges()).toEqual([undefined, 'bytes=700000-']);
  });

  it('[MOD-4] [MOD-11] survives being killed and a deadline', async () => {
    server.script(ENCODER, stallAfter(700_000), stallAfter(0));
    const pull = begin('pull', 'eou-120m');
    await partHas(700_000);
    pull.kill('SIGKILL');
    await pull.finished;
    const late = await rt('pull', 'eou-120m', '--timeout', '1s');
    expect(late.code).toBe(9);
    expectInstalled(await rt('pull', 'eou-120m'));
    expect(encoderRanges().slice(0, 2)).toEqual([undefined, 'bytes=700000-']);
  });

  it('[MOD-4] starts over when the file has changed meanwhile', async () => {
    server.script(ENCODER, stallAfter(700_000));
    server.put(ENCODER, Buffer.alloc(1_000_000, 'older'));
    const pull = begin('pull', 'eou-120m');
    await partHas(700_000);
    pull.kill('SIGTERM');
    expect((await pull.finished).code).toBe(143);
    server.put(ENCODER, CONTENT);
    expectInstalled(await rt('pull', 'eou-120m'));
    expect(encoderRanges()).toEqual([undefined, 'bytes=700000-']);
  });

  it('[MOD-4] does not mix parts of a server that ignores If-Range, or ranges at all', async () => {
    server.script(
      ENCODER,
      cutAfter(700_000),
      (request, response) => {
        const from = Number(/^bytes=(\d+)-$/.exec(request.headers.range ?? '')?.[1]);
        response.writeHead(206, { etag: '"other"', 'content-range': `bytes ${from}-999999/1000000` });
        response.end(Buffer.alloc(1_000_000 - from, 'other'));
      },
      cutAfter(500_000),
      wholeAlways,
    );
    const result = await rt('pull', 'eou-120m');
    expectInstalled(result);
    expect(result.stderr).toContain('from the beginning, the file has changed at its server');
    expect(result.stderr).toContain('from the beginning, the file is sent as a whole');
    expect(encoderRanges()).toEqual([undefined, PART, undefined, PART]);
  });

  it('[MOD-5] asks again for the rest of what broke off', async () => {
    server.script(ENCODER, cutAfter(700_000));
    const result = await rt('pull', 'eou-120m');
    expectInstalled(result);
    expect(result.stderr).toContain('once more in 1 s');
    expect(encoderRanges()).toEqual([undefined, PART]);
  });

  it('[MOD-5] waits as long as a busy server asks, and gets over errors of its', async () => {
    server.script(ENCODER, status(429, { 'retry-after': '1' }), status(503), status(500));
    expectInstalled(await rt('pull', 'eou-120m'));
    const [first, second] = server.seen(ENCODER).map(({ atMs }) => atMs);
    expect((second ?? 0) - (first ?? 0)).toBeGreaterThanOrEqual(1000);
  });

  it.each<[string, Behaviour, number, string]>([
    ['is not there', status(404), 13, 'not_found'],
    ['is only for some', status(403), 4, 'forbidden'],
    ['is served by nobody any more', status(451), 5, 'download_failed'],
    ['will be there in an hour', status(429, { 'retry-after': '3600' }), 5, 'download_failed'],
  ])('[MOD-5] says at once that a file %s', async (_, ...[behaviour, code, name]) => {
    server.always(ENCODER, behaviour);
    const result = await rt('pull', 'eou-120m', '--json');
    expect(result.code).toBe(code);
    expect(JSON.parse(result.stdout)).toMatchObject({ error: { code: name } });
    expect(server.seen(ENCODER)).toHaveLength(1);
  });

  it('[MOD-5] gives a server up that does not answer', async () => {
    const { url } = server;
    await server.close();
    const { code, stderr } = await rt('pull', 'eou-120m');
    server = await startFileServer();
    expect(code).toBe(5);
    expect(stderr).toContain(`${url}${ENCODER} could not be fetched: nobody answers there`);
    expect(stderr.match(/once more in/g)).toHaveLength(4);
  });

  it('[MOD-7] keeps nothing of a file that is not what its publisher says', async () => {
    server.always(ENCODER, (_request, response, content) => {
      const told = { 'x-linked-etag': `"${'0'.repeat(64)}"`, 'content-length': content.length };
      response.writeHead(200, told).end(content);
    });
    const { code, stderr } = await rt('pull', 'eou-120m');
    expect(code).toBe(3);
    expect(stderr).toContain(`encoder.onnx has sha256 ${sha256(CONTENT)}, its publisher says 000`);
    expect([existsSync(installed()), statSync(staged('encoder.onnx.part')).size]).toEqual([false, 0]);
  });

  it('[MOD-7] refuses a size that is not the published one before it is fetched', async () => {
    server.always(ENCODER, (_request, response, content) => {
      response.writeHead(200, { 'x-linked-size': '5', 'content-length': content.length }).end(content);
    });
    const { code, stderr } = await rt('pull', 'eou-120m');
    expect(code).toBe(3);
    expect(stderr).toContain('has 2000000 bytes, 5 are published');
    expect(statSync(staged('encoder.onnx.part')).size).toBe(0);
  });

  it('[MOD-8] notices that a file was replaced since the first pull', async () => {
    expectInstalled(await rt('pull', 'eou-120m'));
    rmSync(installed(), { recursive: true });
    server.put(ENCODER, 'another model under the same name');
    const { code, stderr } = await rt('pull', 'eou-120m');
    expect(code).toBe(3);
    expect(stderr).toContain(`the first pull brought ${sha256(CONTENT)}`);
    expect(stderr).toContain(`delete ${join(dir(), '.first-seen', 'eou-120m.json')} and pull again`);
  });

  it('[MOD-12] fetches once when two are started, and takes over from one that dies', async () => {
    server.script(ENCODER, stallAfter(700_000));
    const first = begin('pull', 'eou-120m');
    await partHas(700_000);
    const others = [begin('pull', 'eou-120m'), begin('pull', 'eou-120m')];
    await Promise.all(
      others.map((one) => one.until(({ stderr }) => stderr().includes(`Waiting: process ${first.pid} on`))),
    );
    first.kill('SIGKILL');
    for (const other of others) expectInstalled(await other.finished);
    expect(encoderRanges()).toEqual([undefined, 'bytes=700000-']);
  });

  it('[MOD-10] puts a model where it is told, and leaves other folders alone', async () => {
    const to = join(folder, 'here');
    expect((await rt('pull', 'eou-120m', '--to', to)).stdout).toBe(`${to}\n`);
    expect(readdirSync(to).sort()).toEqual([
      'card.json',
      'decoder_joint.onnx',
      'encoder.onnx',
      'tokenizer.json',
    ]);
    mkdirSync(join(folder, 'full'));
    writeFileSync(join(folder, 'full', 'a'), 'mine');
    const { code, stderr } = await rt('pull', 'eou-120m', '--to', join(folder, 'full'));
    expect([code, readdirSync(join(folder, 'full'))]).toEqual([2, ['a']]);
    expect(stderr).toContain('holds other files');
  });

  it('[MOD-15] tells programs in JSON, and nobody when told to be quiet', async () => {
    const json = await rt('pull', 'eou-120m', '--json');
    const events = json.stderr
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { type: string });
    expect(events.map(({ type }) => type).filter((type) => type !== 'progress')).toEqual(
      Array(3).fill(['file', 'checked']).flat(),
    );
    expect(JSON.parse(json.stdout)).toMatchObject({
      ...{ schema: 'rt.model-pull/v1', id: 'eou-120m', status: 'pulled', folder: installed() },
      card: {
        license: 'nvidia-open-model',
        files: { 'encoder.onnx': { role: 'encoder', bytes: CONTENT.length } },
      },
    });
    rmSync(installed(), { recursive: true });
    expect(await rt('pull', 'eou-120m', '--quiet')).toMatchObject({ code: 0, stderr: '' });
  });

  it.each([
    ['nemotron-en-56', 13, 'Did you mean nemotron-en-560?'],
    ['rt-tiny-en', 2, 'comes with rt and needs no pulling'],
  ])('[MOD-3] of %s says what is wrong', async (id, code, said) => {
    const result = await rt('pull', id);
    expect(result.code).toBe(code);
    expect(result.stderr).toContain(said);
  });
});

describe('an archive', () => {
  const bundled = dirname(BUNDLED_MODEL_PATH);
  const graph = readFileSync(join(bundled, 'model.160ms.int8.onnx'));
  const tokens = readFileSync(join(bundled, 'tokens.txt'));

  const id = 'fastconformer-ctc-en-80';

  function offer(): void {
    const name = 'sherpa-onnx-nemo-streaming-fast-conformer-ctc-en-80ms-int8';
    server.put(
      ARCHIVE,
      writeTar([
        { name: `${name}/`, kind: 'folder' },
        { name: `${name}/model.int8.onnx`, content: graph },
        { name: `${name}/tokens.txt`, content: tokens },
        { name: `${name}/test_wavs/0.wav`, content: 'RIFF' },
        { name: `${name}/LICENSE`, content: 'CC-BY-4.0' },
      ]),
    );
  }

  it('[MOD-3] [MOD-13] [MOD-16] [MOD-17] becomes a model that is found by its id, verified and loaded', async () => {
    offer();
    const pulled = await rt('pull', id);
    expect([pulled.code, pulled.stdout], pulled.stderr).toEqual([0, `${installed(id)}\n`]);
    expect(readdirSync(installed(id)).sort()).toEqual([
      'LICENSE',
      'card.json',
      'model.int8.onnx',
      'tokens.txt',
    ]);
    const { code, stdout, stderr } = await rt('verify', id, '--load');
    expect(code, stderr).toBe(0);
    expect(stdout).toContain('Loads as fastconformer-cache (ctc, 160 ms a step), which this build runs.');
    expect(stderr).toContain('A worker would serve it as fastconformer-ctc-en-160ms-int8');
    const list = JSON.parse((await rt('list', '--installed', '--json')).stdout) as {
      models: { id: string }[];
    };
    expect(list.models.map((model) => model.id)).toEqual(['rt-tiny-en', 'silero-vad', id]);
  });

  it.runIf(hasRedis)('[MOD-3] is served by a worker that is told its id', async () => {
    offer();
    const redis = await startRedis();
    expect((await rt('pull', id)).code).toBe(0);
    const args = ['--model', `${id}=fast`, '--capacity', '1', '--threads', '1x1', '--listen', '127.0.0.1:0'];
    const worker = await startRtServer(['worker', ...args, '--redis', redis.url], environment());
    const workers = await runRt(['workers', 'list', '--json', '--redis', redis.url]);
    expect(JSON.parse(workers.stdout)).toMatchObject({
      workers: [
        { models_loaded: expect.arrayContaining(['fastconformer-ctc-en-160ms-int8', 'fast']) as unknown },
      ],
    });
    worker.kill('SIGTERM');
    expect((await worker.finished).code).toBe(0);
    await redis.stop();
  });

  it('[MOD-13] [MOD-14] that reaches outside, by a URL of its own, is refused', async () => {
    server.put('/model.tar', writeTar([{ name: '../../escaped.onnx', content: 'x' }]));
    const { code, stderr } = await rt('pull', `${server.url}/model.tar`);
    expect(code).toBe(3);
    expect(stderr).toContain('model.tar wants to write outside of its folder: ../../escaped.onnx');
    expect(readdirSync(folder)).toEqual(['models']);
  });

  it('[MOD-13] without tar says that it is missing, and keeps what was fetched', async () => {
    server.put('/model.tar', writeTar([{ name: 'm/model.onnx', content: graph }]));
    const pull = startRt(['models', 'pull', `${server.url}/model.tar`], { ...environment(), PATH: folder });
    const { code, stderr } = await pull.finished;
    expect(code).toBe(3);
    expect(stderr).toContain('Install tar');
    expect((await rt('pull', `${server.url}/model.tar`)).code).toBe(0);
    expect(server.seen('/model.tar')).toHaveLength(1);
  });
});

describe('rt models verify', () => {
  it('[MOD-16] exits 3 with the files that are wrong, in text and JSON', async () => {
    expectInstalled(await rt('pull', 'eou-120m'));
    writeFileSync(join(installed(), 'tokenizer.json'), '[]');
    const text = await rt('verify', 'eou-120m');
    expect(text.code).toBe(3);
    expect(text.stdout).toMatch(/tokenizer\.json .* wrong sha256/);
    expect(text.stderr).toContain(`Not what the card says: ${installed()}`);
    const json = await rt('verify', 'eou-120m', '--json');
    expect(json.code).toBe(3);
    const document = JSON.parse(json.stdout) as {
      sound: boolean;
      models: { files: { name: string; status: string }[] }[];
    };
    expect(document.sound).toBe(false);
    expect(document.models[0]?.files).toContainEqual(
      expect.objectContaining({ name: 'encoder.onnx', status: 'not onnx' }),
    );
  });

  it.each(['no-such-model', 'whisper-base', '/no/such/folder'])('[MOD-16] exits 13 for %s', async (name) => {
    expect((await rt('verify', name)).code).toBe(13);
  });

  it('[MOD-16] verifies everything on the machine without an argument', async () => {
    const { code, stdout } = await rt('verify');
    expect(code).toBe(0);
    expect(stdout).toContain(dirname(BUNDLED_MODEL_PATH));
    expect(stdout).toContain('Loads as vad');
  });
});

describe('rt models list', () => {
  it('[MOD-2] shows families, refuses unknown ones, and has a document for programs', async () => {
    const text = await rt('list', '--family', 'whisper');
    expect(text.stdout.split('\n')[0]).toMatch(
      /^ID +FAMILY +DECODER +LANGUAGE +CHUNK +SIZE +PRECISION +LICENCE +STATE +RUNS$/,
    );
    expect(text.stdout).toMatch(
      /^whisper-base +whisper +aed +99 languages +- +~77 MB +int8 +MIT +available/m,
    );
    const wrong = await rt('list', '--family', 'wisper');
    expect([wrong.code, wrong.stderr.split('\n')[1]]).toEqual([2, 'Did you mean whisper?']);
    const { models } = JSON.parse((await rt('list', '--json')).stdout) as {
      models: Record<string, unknown>[];
    };
    expect(models.find(({ id }) => id === 'nemotron-en-560')).toMatchObject({
      ...{ family: 'fastconformer-cache', chunk_ms: 560, license: 'nvidia-open-model', bytes_exact: false },
      ...{ sha256: 'unpublished', state: 'available', folder: null },
    });
  });
});

/** A disk of one megabyte needs a namespace of its own, which not every machine gives. */
const canMount = spawnSync('sh', ['-c', `unshare -rm mount -t tmpfs none ${tmpdir()}`]).status === 0;

describe.runIf(canMount)('a disk of one megabyte', () => {
  const ENTRY = join(import.meta.dirname, '..', '..', 'bin', 'run.js');

  /** Without a Content-Length nothing can be asked for beforehand: the disk is really full. */
  it('[MOD-9] that is full while a file comes is told, and what came stays', async () => {
    server.always(
      ENCODER,
      (_request, response, content) => void response.writeHead(200, { etag: '"a"' }).end(content),
    );
    mkdirSync(dir());
    const script = `mount -t tmpfs -o size=1m none ${dir()} && { ${process.execPath} ${ENTRY} models pull ${server.url}${ENCODER}; echo exit $?; stat -c %s ${dir()}/.encoder.partial/encoder.onnx.part; }`;
    const child = spawn('sh', ['-c', `unshare -rm sh -c '${script}'`], {
      env: { PATH: process.env['PATH'], ...environment() },
    });
    const [stdout, stderr] = await Promise.all([textOf(child.stdout), textOf(child.stderr)]);
    expect(stdout).toContain('exit 8');
    expect(stderr).toContain('There is no space left for');
    expect(Number(stdout.trim().split('\n').at(-1))).toBeGreaterThan(500_000);
  });
});
