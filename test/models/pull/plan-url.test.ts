import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createHttpGet } from '../../../src/models/pull/http-get.ts';
import { parseListing } from '../../../src/models/pull/hub-listing.ts';
import { chooseFiles, planUrl } from '../../../src/models/pull/plan-url.ts';
import { type FileServer, startFileServer } from '../../support/file-server.ts';

const SUM = 'd'.repeat(64);
const LISTING = [
  { type: 'directory', path: 'onnx' },
  { type: 'file', path: 'README.md', size: 10 },
  { type: 'file', path: 'config.json', size: 20, oid: 'e'.repeat(40) },
  { type: 'file', path: 'onnx/encoder_model.onnx', size: 130, lfs: { oid: SUM, size: 4000 } },
  { type: 'file', path: 'onnx/deeper/decoder_model.onnx', size: 5 },
];

let hub: FileServer;
beforeEach(async () => {
  hub = await startFileServer();
  hub.put('/api/models/us/whisper/tree/main', JSON.stringify(LISTING));
  hub.put('/api/models/us/whisper/tree/v1', JSON.stringify(LISTING));
});
afterEach(() => hub.close());

const plan = (url: string) =>
  planUrl(url, {
    baseUrl: hub.url,
    ports: { get: createHttpGet('rt/test'), signal: new AbortController().signal },
  });

describe('a URL', () => {
  it('[MOD-14] of an archive is an archive, named by what it ends with', async () => {
    const found = await plan('https://host/a/model-v1.0.tar.bz2?download=true');
    expect(found).toMatchObject({ id: 'model-v1.0', archive: { members: undefined } });
    expect(found.downloads.map(({ name, role }) => [name, role])).toEqual([
      ['model-v1.0.tar.bz2', 'archive'],
    ]);
  });

  it('[MOD-14] of a graph is that file', async () => {
    const found = await plan('https://host/a/silero_vad.onnx');
    expect(found).toMatchObject({
      id: 'silero_vad',
      downloads: [{ name: 'silero_vad.onnx', role: 'graph' }],
    });
    expect(found.archive).toBeUndefined();
  });

  it.each([
    ['https://host/', 'names no file'],
    ['https://host/%2e%2e%2fetc', 'names no file'],
    ['https://host/model.zip', 'model.zip is neither an archive nor a file of a model'],
  ])('[MOD-14] %s is refused', async (url, message) => {
    await expect(plan(url)).rejects.toMatchObject({
      code: 'usage',
      message: expect.stringContaining(message) as string,
    });
  });

  it('[MOD-14] of a folder of a repository is the files in it, with sizes and checksums of the hub', async () => {
    const found = await plan('https://huggingface.co/us/whisper/tree/v1/onnx');
    expect(found).toMatchObject({ id: 'whisper', source: 'hub:us/whisper@v1/onnx' });
    expect(found.downloads).toMatchObject([
      { name: 'config.json', expectedBytes: 20, sha256: undefined },
      { name: 'encoder_model.onnx', expectedBytes: 4000, sha256: SUM },
    ]);
    const [, graph] = found.downloads;
    expect(graph?.url(undefined)).toBe(`${hub.url}/us/whisper/resolve/v1/onnx/encoder_model.onnx`);
    expect(graph?.url('abc')).toBe(`${hub.url}/us/whisper/resolve/abc/onnx/encoder_model.onnx`);
  });

  it('[MOD-14] cannot name a place outside of the models folder', async () => {
    hub.put('/api/models/us/odd/tree/main', JSON.stringify([{ type: 'file', path: 'x/../a.onnx', size: 1 }]));
    await expect(plan('https://huggingface.co/us/odd/tree/main/x%2F..')).rejects.toMatchObject({
      code: 'usage',
    });
  });

  it('[MOD-14] of a hub that does not answer is a failed download', async () => {
    const ports = { get: createHttpGet('rt/test'), signal: new AbortController().signal };
    const baseUrl = 'http://127.0.0.1:9';
    await expect(planUrl('https://huggingface.co/us/tiny', { baseUrl, ports })).rejects.toMatchObject({
      code: 'download_failed',
    });
  });

  it('[MOD-14] of a repository whose models lie in a folder names the folder', async () => {
    await expect(plan('https://huggingface.co/us/whisper')).rejects.toMatchObject({
      code: 'not_found',
      message: 'us/whisper has no such .onnx file at its top',
      hint: 'Add the folder to the URL: /tree/main/onnx',
    });
    await expect(plan('https://huggingface.co/us/none')).rejects.toMatchObject({ code: 'not_found' });
  });
});

describe('the files of a repository', () => {
  const names = (paths: readonly string[], folder: string, only?: readonly string[]): readonly string[] =>
    chooseFiles(
      paths.map((path) => ({ path })),
      { folder, only },
    ).map(({ path }) => path);
  const PATHS = [
    'config.json',
    'onnx/a.onnx',
    'onnx/a.onnx_data',
    'onnx/a_int8.onnx',
    'onnx/sub/b.onnx',
    'x/vocab.txt',
  ];

  it('[MOD-14] are the graphs of one folder and what lies beside or above them', () => {
    expect(names(PATHS, 'onnx')).toEqual([
      'config.json',
      'onnx/a.onnx',
      'onnx/a.onnx_data',
      'onnx/a_int8.onnx',
    ]);
    expect(names(['onnx/config.json', ...PATHS], 'onnx')[0]).toBe('onnx/config.json');
    expect(names(['a.onnx', 'deep/config.json'], '')).toEqual(['a.onnx']);
  });

  it('[MOD-14] are those of the precision that is asked for', () => {
    expect(names(PATHS, 'onnx', ['*_int8.onnx'])).toEqual(['config.json', 'onnx/a_int8.onnx']);
    expect(names(PATHS, 'onnx', ['a.onnx*'])).toEqual(['config.json', 'onnx/a.onnx', 'onnx/a.onnx_data']);
    expect(names(PATHS, 'onnx', ['a?onnx'])).toEqual(['config.json']);
  });
});

describe('the listing of a repository', () => {
  it.each(['<html>', '{}', '"text"'])('[MOD-14] is not %s', (text) => {
    expect(() => parseListing(text, 'URL')).toThrow('URL is not the listing of a repository');
  });

  it('[MOD-14] is read without rows that make no sense', () => {
    const rows = [null, 7, { type: 'file', path: 1, size: 2 }, { type: 'file', path: 'a', size: 2, lfs: 3 }];
    expect(parseListing(JSON.stringify([...rows, { type: 'file', path: 'a.onnx', size: 2 }]), 'URL')).toEqual(
      [{ path: 'a.onnx', bytes: 2, sha256: undefined }],
    );
  });
});
