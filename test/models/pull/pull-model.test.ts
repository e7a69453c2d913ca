import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { systemClock } from '../../../src/base/clock.ts';
import { RtError } from '../../../src/base/errors.ts';
import type { CatalogueEntry } from '../../../src/models/catalogue-entry.ts';
import type { FetchPorts } from '../../../src/models/pull/fetch-file.ts';
import { createHttpGet } from '../../../src/models/pull/http-get.ts';
import { diskParts, type PartFile } from '../../../src/models/pull/part-file.ts';
import { planEntry } from '../../../src/models/pull/plan.ts';
import { pullModel } from '../../../src/models/pull/pull-model.ts';
import type { PullEvent } from '../../../src/models/pull/pull-event.ts';
import { cutAfter, type FileServer, sha256, startFileServer } from '../../support/file-server.ts';

// What is fetched is put on the disk for good, which waits for whatever else the disk has to do.
vi.setConfig({ testTimeout: 30_000 });

const GRAPH = Buffer.alloc(300_000, 'graph');
const TOKENS = '<blk> 0\n';

let server: FileServer;
let modelsDir: string;
let events: PullEvent[];
beforeEach(async () => {
  server = await startFileServer();
  modelsDir = mkdtempSync(join(tmpdir(), 'rt-pull-'));
  events = [];
  server.put('/us/tiny/resolve/main/model.onnx', GRAPH);
  server.put('/us/tiny/resolve/main/tokens.txt', TOKENS);
});
afterEach(async () => {
  await server.close();
  rmSync(modelsDir, { recursive: true });
});

/** A model of two files, as the catalogue would describe it. */
function entry(graph: Partial<CatalogueEntry['files'][number]> = {}): CatalogueEntry {
  return {
    ...{ id: 'tiny', name: 'tiny', family: 'fastconformer-cache', decoder: 'ctc', precision: 'fp32' },
    ...{ languages: ['en'], licence: 'MIT', devices: ['cpu'] },
    source: { kind: 'hub', repo: 'us/tiny', revision: 'main' },
    files: [
      { path: 'model.onnx', role: 'graph', ...graph },
      { path: 'tokens.txt', role: 'tokens' },
    ],
  };
}

function ports(changes: Partial<FetchPorts> = {}): FetchPorts {
  return {
    get: createHttpGet('rt/test'),
    parts: diskParts,
    clock: systemClock,
    signal: new AbortController().signal,
    onEvent: (event) => void events.push(event),
    ...changes,
  };
}

const pull = (model = entry(), changes: Partial<FetchPorts> = {}, to?: string) =>
  pullModel(planEntry(model, { baseUrl: server.url }), { modelsDir, to }, ports(changes));

const folder = (): string => join(modelsDir, 'tiny');
const graphRequests = () => server.seen('/us/tiny/resolve/main/model.onnx');

describe('a pulled model', () => {
  it('[MOD-10] lies in its folder with a card of what is there', async () => {
    const { status, card } = await pull();
    expect(status).toBe('pulled');
    expect(readFileSync(join(folder(), 'model.onnx'))).toEqual(GRAPH);
    expect(readdirSync(folder()).sort()).toEqual(['card.json', 'model.onnx', 'tokens.txt']);
    expect(JSON.parse(readFileSync(join(folder(), 'card.json'), 'utf8'))).toEqual(card);
    expect(card).toMatchObject({
      ...{ id: 'tiny', name: 'tiny', languages: ['en'], license: 'MIT', default: 'model.onnx' },
      source: { url: 'hub:us/tiny@main' },
      files: { 'model.onnx': { bytes: GRAPH.length, sha256: sha256(GRAPH), role: 'graph' } },
    });
    expect(readdirSync(modelsDir).sort()).toEqual(['.first-seen', 'tiny']);
  });

  it('[MOD-10] is not fetched again while it is complete, and is when a file is cut', async () => {
    await pull();
    expect((await pull()).status).toBe('present');
    expect(graphRequests()).toHaveLength(1);
    writeFileSync(join(folder(), 'model.onnx'), 'cut');
    expect((await pull()).status).toBe('pulled');
    expect(readFileSync(join(folder(), 'model.onnx'))).toEqual(GRAPH);
  });

  it('[MOD-10] never replaces what somebody else put there', async () => {
    mkdirSync(folder());
    writeFileSync(join(folder(), 'thesis.txt'), 'years of work');
    await expect(pull()).rejects.toMatchObject({ code: 'usage', message: `${folder()} holds other files` });
    expect(readdirSync(folder())).toEqual(['thesis.txt']);
    expect(readdirSync(modelsDir)).toEqual(['tiny']);
  });

  it('[MOD-10] that only had to be renamed when its process ended is renamed by the next one', async () => {
    const to = join(modelsDir, 'elsewhere');
    await pull(entry(), {}, to);
    rmSync(join(modelsDir, '.first-seen'), { recursive: true });
    renameSync(to, join(modelsDir, '.tiny.partial'));
    const before = server.requests.length;
    expect((await pull()).status).toBe('pulled');
    expect(server.requests).toHaveLength(before);
    expect(existsSync(join(folder(), 'card.json'))).toBe(true);
  });
});

describe('a folder that cannot be made', () => {
  it('[MOD-10] is named, with the way to name another', async () => {
    writeFileSync(join(modelsDir, 'file'), '');
    await expect(pull(entry(), {}, join(modelsDir, 'file', 'below'))).rejects.toMatchObject({
      code: 'config_invalid',
      message: expect.stringContaining(`Cannot make the folder ${join(modelsDir, 'file')}`) as string,
    });
  });
});

describe('the first pull', () => {
  it('[MOD-8] is what later ones are held against, in other folders too', async () => {
    await pull();
    server.put('/us/tiny/resolve/main/model.onnx', Buffer.alloc(300_000, 'other'));
    await expect(pull(entry(), {}, join(modelsDir, 'again'))).rejects.toMatchObject({
      code: 'model_invalid',
      message: expect.stringContaining(`the first pull brought ${sha256(GRAPH)}`) as string,
      hint: expect.stringContaining(join(modelsDir, '.first-seen', 'tiny.json')) as string,
    });
    expect(existsSync(join(modelsDir, 'again'))).toBe(false);
  });

  it('[MOD-8] says which commit a branch is from then on', async () => {
    const commit = 'c'.repeat(40);
    server.script('/us/tiny/resolve/main/model.onnx', (_request, response, content) => {
      response.writeHead(200, { 'x-repo-commit': commit }).end(content);
    });
    server.put(`/us/tiny/resolve/${commit}/model.onnx`, GRAPH);
    server.put(`/us/tiny/resolve/${commit}/tokens.txt`, TOKENS);
    expect((await pull()).card.source).toEqual({ url: 'hub:us/tiny@main', revision: commit });
    await pull(entry(), {}, join(modelsDir, 'again'));
    expect(server.requests.map(({ path }) => path.split('/')[4])).toEqual(['main', commit, commit, commit]);
  });

  it('[MOD-8] is not forgotten because its record is damaged', async () => {
    await pull();
    writeFileSync(join(modelsDir, '.first-seen', 'tiny.json'), '{');
    await expect(pull(entry(), {}, join(modelsDir, 'again'))).rejects.toMatchObject({
      code: 'config_invalid',
    });
  });
});

describe('a checksum', () => {
  it('[MOD-7] of the catalogue decides', async () => {
    await pull(entry({ sha256: sha256(GRAPH) }));
    expect(events).toContainEqual({
      ...{ type: 'checked', file: 'model.onnx', sha256: sha256(GRAPH), by: 'catalogue' },
    });
    rmSync(modelsDir, { recursive: true });
    await expect(pull(entry({ sha256: '0'.repeat(64) }))).rejects.toMatchObject({ code: 'model_invalid' });
    expect(existsSync(folder())).toBe(false);
  });

  it('[MOD-4] [MOD-7] of a part that was spoilt meanwhile costs a second download, not the pull', async () => {
    const controller = new AbortController();
    server.script('/us/tiny/resolve/main/model.onnx', cutAfter(100_000));
    const onEvent = (event: PullEvent): void => {
      if (event.type === 'retry') controller.abort(new RtError('interrupted', 'stop'));
    };
    const model = entry({ sha256: sha256(GRAPH) });
    await expect(pull(model, { signal: controller.signal, onEvent })).rejects.toMatchObject({
      code: 'interrupted',
    });
    writeFileSync(join(modelsDir, '.tiny.partial', 'model.onnx.part'), Buffer.alloc(50_000, 'spoilt'));
    await pull(model);
    expect(readFileSync(join(folder(), 'model.onnx'))).toEqual(GRAPH);
    expect(graphRequests().map(({ range }) => range)).toEqual([undefined, 'bytes=50000-', undefined]);
  });
});

describe('a full disk', () => {
  it('[MOD-9] is told before anything is asked for, from rounded sizes as well', async () => {
    const parts = { ...diskParts, freeBytes: () => Promise.resolve(1_000_000) };
    await expect(pull(entry({ aboutMb: 460 }), { parts })).rejects.toMatchObject({
      code: 'disk_full',
      message: expect.stringContaining('needs 460 MB more, 1.0 MB are free') as string,
    });
    expect(server.requests).toEqual([]);
  });

  it('[MOD-9] while writing keeps what is there for the next pull', async () => {
    await expect(pull(entry(), { parts: { ...diskParts, open: openUntil(100_000) } })).rejects.toMatchObject({
      code: 'disk_full',
    });
    expect(existsSync(folder())).toBe(false);
    await pull();
    expect(readFileSync(join(folder(), 'model.onnx'))).toEqual(GRAPH);
    expect(graphRequests().map(({ range }) => range)).toEqual([undefined, 'bytes=100000-']);
  });
});

/** A disk that has room for `bytes` of each file. */
function openUntil(bytes: number): (path: string) => Promise<PartFile> {
  return async (path) => {
    const part = await diskParts.open(path);
    return Object.create(part, {
      append: {
        value: async (chunk: Uint8Array): Promise<void> => {
          await part.append(chunk.subarray(0, bytes - part.bytes));
          if (part.bytes === bytes) throw new RtError('disk_full', `There is no space left for ${path}`);
        },
      },
    }) as PartFile;
  };
}
