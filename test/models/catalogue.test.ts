import { basename } from 'node:path';
import { describe, expect, it } from 'vitest';
import { CATALOGUE, findEntry, unknownModel } from '../../src/models/catalogue.ts';
import { hubFileUrl, hubTreeUrl, parseHubUrl, releaseUrl } from '../../src/models/source-url.ts';

const fetched = CATALOGUE.filter(({ source }) => source.kind !== 'bundled');

/** `[[what, id] …]` of the entries that break a rule. */
function offenders(breaks: (entry: (typeof CATALOGUE)[number]) => boolean): readonly string[] {
  return CATALOGUE.filter(breaks).map(({ id }) => id);
}

describe('the catalogue', () => {
  it('[MOD-1] has ids that are used once and can be typed', () => {
    const ids = CATALOGUE.map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
    expect(ids.filter((id) => !/^[a-z0-9][a-z0-9.-]*$/.test(id))).toEqual([]);
  });

  it('[MOD-1] states a licence, and how many languages where it names none', () => {
    expect(offenders(({ licence }) => licence === '')).toEqual([]);
    expect(
      offenders(({ languages, languagesText }) => languages.length === 0 && languagesText === undefined),
    ).toEqual([]);
  });

  it('[MOD-1] states chunk lengths of streaming families only, in whole encoder frames or windows', () => {
    const streaming = ['fastconformer-cache', 'parakeet-buffered', 'zipformer', 'vad'];
    expect(
      offenders(({ family, chunkMs }) => streaming.includes(family) !== (chunkMs !== undefined)),
    ).toEqual([]);
    expect(
      offenders(({ family, chunkMs = 0 }) => family === 'fastconformer-cache' && chunkMs % 80 !== 0),
    ).toEqual([]);
  });

  it('[MOD-1] names the files of each model once, with a graph and something that makes text of tokens', () => {
    for (const { id, files } of fetched) {
      const names = files.map(({ path }) => basename(path));
      const roles = files.map(({ role }) => role);
      expect([id, new Set(names).size]).toEqual([id, names.length]);
      expect([id, roles.some((role) => role === 'graph' || role === 'encoder')]).toEqual([id, true]);
      expect([id, roles.some((role) => role === 'tokens' || role === 'tokenizer')]).toEqual([id, true]);
    }
  });

  it('[MOD-1] keeps rounded sizes apart from exact ones, and checksums whole', () => {
    const files = fetched.flatMap((entry) => entry.files);
    expect(files.filter(({ bytes, aboutMb }) => bytes !== undefined && aboutMb !== undefined)).toEqual([]);
    expect(files.filter(({ sha256 = '0'.repeat(64) }) => !/^[0-9a-f]{64}$/.test(sha256))).toEqual([]);
  });

  it('[MOD-3] suggests what was meant', () => {
    expect(findEntry('nemotron-en-560')?.chunkMs).toBe(560);
    expect(findEntry('nemotron')).toBeUndefined();
    expect(unknownModel('nemotron-en-56', 'not_found').hint).toContain('Did you mean nemotron-en-560?');
    expect(unknownModel('nothing-like-it', 'not_found').hint).toBe(
      'List those there are with: rt models list',
    );
  });
});

describe('addresses', () => {
  const source = { repo: 'us/tiny', revision: 'refs/pr/1' };
  const release = { kind: 'release', repo: 'us/tiny', tag: 'v1+a', asset: 'm.tar.bz2' } as const;

  it('[MOD-6] are those of the publisher or of a mirror with the same paths', () => {
    expect(hubFileUrl(source, 'onnx/a b.onnx')).toBe(
      'https://huggingface.co/us/tiny/resolve/refs%2Fpr%2F1/onnx/a%20b.onnx',
    );
    expect(hubTreeUrl(source, { baseUrl: 'http://m/hub' })).toBe(
      'http://m/hub/api/models/us/tiny/tree/refs%2Fpr%2F1?recursive=true',
    );
    expect(releaseUrl(release)).toBe('https://github.com/us/tiny/releases/download/v1%2Ba/m.tar.bz2');
    expect(releaseUrl(release, { baseUrl: 'http://m' })).toBe(
      'http://m/us/tiny/releases/download/v1%2Ba/m.tar.bz2',
    );
  });

  it.each([
    ['https://huggingface.co/us/tiny', { repo: 'us/tiny', revision: 'main', folder: '' }],
    ['https://huggingface.co/us/tiny/tree/v1/', { repo: 'us/tiny', revision: 'v1', folder: '' }],
    ['https://huggingface.co/us/tiny/tree/v1/a/b', { repo: 'us/tiny', revision: 'v1', folder: 'a/b' }],
    ['https://huggingface.co/us/tiny/resolve/main/a.onnx', undefined],
    ['https://elsewhere.example/us/tiny', undefined],
  ])('[MOD-14] %s is read', (url, parsed) => {
    expect(parseHubUrl(url)).toEqual(parsed);
  });
});
