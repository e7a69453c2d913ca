/** What the manifests call is what `rt … --help` knows, and what they say is what compose and Kubernetes know. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runRt } from '../support/rt-process.ts';
import {
  COMPOSE_FILE,
  CONTAINERFILE,
  type Manifest,
  modelOf,
  ourPods,
  readManifests,
  roleCalls,
} from './manifests.ts';

const DCLINT = resolve('node_modules/dclint/bin/dclint.cjs');
const TSC = resolve('node_modules/@typescript/compiler/bin/tsc');

const ROLES = ['worker', 'router', 'gateway'];

describe('the commands of the manifests', () => {
  const helps = new Map<string, string>();
  beforeAll(async () => {
    for (const role of ROLES) helps.set(role, (await runRt([role, '--help'])).stdout);
  });

  it('[DEP-5] are those of every role, in compose and in Kubernetes', () => {
    for (const place of ['compose', 'kubernetes']) {
      const called = roleCalls().filter(({ where }) => where.startsWith(place));
      expect(called.map(({ role }) => role).toSorted()).toEqual(ROLES.toSorted());
    }
  });

  it.each(roleCalls())(
    '[DEP-5] $where has only flags and settings there are',
    ({ role, flags, environment }) => {
      const help = helps.get(role) ?? '';
      expect([...flags.keys()].filter((flag) => !new RegExp(`${flag}\\b`).test(help))).toEqual([]);
      expect(environment.filter((name) => !help.includes(`[${name}`))).toEqual([]);
      expect(flags.size).toBeGreaterThan(0);
      expect(environment).toContain('RT_REDIS');
    },
  );

  it('[DEP-5] the image sets only settings there are', () => {
    const all = [...helps.values()].join('\n');
    const names = readFileSync(CONTAINERFILE, 'utf8').match(/\bRT_\w+(?==)/g) ?? [];
    expect(names).toHaveLength(ROLES.length);
    expect(names.filter((name) => !all.includes(name))).toEqual([]);
  });
});

describe('the fields of the manifests', () => {
  const folder = mkdtempSync(join(tmpdir(), 'rt-manifests-'));
  afterAll(() => {
    rmSync(folder, { recursive: true });
  });

  /** What the compiler says of the documents as values of their types: it refuses fields a type does not have. */
  function typeErrors(manifests: readonly Manifest[]): readonly string[] {
    symlinkSync(resolve('node_modules'), join(folder, 'node_modules'));
    const file = join(folder, 'manifests.ts');
    const statements = manifests.flatMap((manifest, index) => [
      `import type { I${manifest.kind} as Kind${index} } from '${modelOf(manifest)}';`,
      `export const manifest${index}: Kind${index} = ${JSON.stringify(manifest, null, 1)};`,
    ]);
    writeFileSync(file, statements.join('\n'));
    const modules = ['--module', 'esnext', '--moduleResolution', 'bundler', '--types', ''];
    const options = ['--ignoreConfig', '--noEmit', '--strict', '--skipLibCheck', ...modules];
    const { stdout } = spawnSync(process.execPath, [TSC, ...options, file], { encoding: 'utf8' });
    return stdout.trimEnd().split('\n');
  }

  it('[DEP-7] have no field that Kubernetes does not know', () => {
    const [first] = ourPods();
    const misspelt = JSON.parse(
      JSON.stringify(first?.manifest).replace('terminationGracePeriodSeconds', 'terminationGracePeriod'),
    ) as Manifest;
    const errors = typeErrors([...readManifests().map(({ manifest }) => manifest), misspelt]);
    expect(errors).toEqual([
      expect.stringMatching(/"terminationGracePeriod"' does not exist in type 'IPodSpec'/),
    ]);
  });

  it('[DEP-7] compose.yaml is valid', () => {
    // Schema and semantics; the rest of its rules is the order of keys and the like.
    const { stdout } = spawnSync(process.execPath, [DCLINT, '--formatter', 'json', COMPOSE_FILE], {
      encoding: 'utf8',
    });
    const [result] = JSON.parse(stdout) as [{ messages: { type: string; category: string }[] }];
    expect(result.messages.filter(({ type, category }) => type === 'error' && category !== 'style')).toEqual(
      [],
    );
    expect(result.messages.length).toBeGreaterThan(0);
  });
});
