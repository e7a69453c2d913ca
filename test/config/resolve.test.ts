import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { FlagValues, Environment, Origin } from '../../src/config/raw.ts';
import { gatherSettings } from '../../src/config/raw.ts';
import { type Resolved, resolveSection } from '../../src/config/resolve.ts';
import type { Section } from '../../src/config/setting.ts';
import { gatewaySection } from '../../src/config/settings/gateway.ts';
import { type GlobalConfig, globalSection } from '../../src/config/settings/global.ts';
import { streamSection } from '../../src/config/settings/stream.ts';
import { workerSection } from '../../src/config/settings/worker.ts';

/** A person's home and a repository with a folder inside. */
let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'rt-config-'));
  mkdirSync(join(root, 'home', '.config', 'rt'), { recursive: true });
  mkdirSync(join(root, 'repo', '.git'), { recursive: true });
  mkdirSync(join(root, 'repo', 'deep', 'er'), { recursive: true });
});
afterEach(() => {
  rmSync(root, { recursive: true });
});

interface Given {
  readonly flags?: FlagValues;
  readonly environment?: Environment;
  readonly project?: string;
  readonly user?: string;
  readonly cwd?: string;
}

function resolve<C>(section: Section<C>, given: Given): Resolved<C> {
  if (given.project !== undefined) writeFileSync(join(root, 'repo', 'rt.toml'), given.project);
  if (given.user !== undefined) writeFileSync(join(root, 'home', '.config', 'rt', 'config.toml'), given.user);
  const sources = gatherSettings({
    flags: given.flags ?? {},
    environment: given.environment ?? {},
    cwd: given.cwd ?? join(root, 'repo', 'deep', 'er'),
    home: join(root, 'home'),
  });
  return resolveSection(section, sources);
}

const redisOf = (given: Given): readonly [string, Origin['layer'] | undefined] => {
  const { values, origins } = resolve(globalSection, given);
  return [values.redis, origins.redis?.layer];
};

const CONTEXTS = '[contexts.prod]\nredis = "redis://prod"\n[contexts.dev]\nredis = "redis://dev"\n';

describe('precedence', () => {
  const everything = {
    flags: { redis: 'redis://flag' },
    environment: { RT_REDIS: 'redis://env', RT_REDIS_URL: 'redis://env-url', REDIS_URL: 'redis://seed' },
    project: 'redis = "redis://project"',
    user: 'redis = "redis://user"',
  };
  const { flags: _flags, ...withoutFlag } = everything;
  const { environment: _environment, ...withoutEnvironment } = withoutFlag;
  const { project: _project, ...userOnly } = withoutEnvironment;
  const seed = { REDIS_URL: 'redis://seed' };

  it.each<[string, Given, string, Origin['layer']]>([
    ['a flag beats all', everything, 'redis://flag', 'flag'],
    ['RT_REDIS beats files', withoutFlag, 'redis://env', 'environment'],
    [
      'the seed name is a variable too',
      { ...withoutEnvironment, environment: seed },
      'redis://seed',
      'environment',
    ],
    [
      'an empty variable is none',
      { ...withoutEnvironment, environment: { RT_REDIS: '' } },
      'redis://project',
      'project file',
    ],
    ['rt.toml beats the user file', withoutEnvironment, 'redis://project', 'project file'],
    ['the user file beats the default', userOnly, 'redis://user', 'user file'],
    ['the default is last', {}, 'redis://127.0.0.1:6379', 'default'],
  ])('%s', (_title, ...[given, redis, layer]) => {
    expect(redisOf(given)).toEqual([redis, layer]);
  });

  it.each<[string, Given, string]>([
    [
      'named by flag it beats the environment',
      { flags: { context: 'prod' }, environment: { RT_REDIS: 'redis://env' } },
      'redis://prod',
    ],
    [
      'named by variable it loses to one for the value itself',
      { environment: { RT_CONTEXT: 'prod', RT_REDIS: 'redis://env' } },
      'redis://env',
    ],
    [
      'named by variable it beats rt.toml',
      { environment: { RT_CONTEXT: 'prod' }, project: 'redis = "redis://project"' },
      'redis://prod',
    ],
    ['a flag for the value beats it', { flags: { context: 'prod', redis: 'redis://flag' } }, 'redis://flag'],
  ])('context: %s', (_title, given, redis) => {
    expect(redisOf({ ...given, user: CONTEXTS })[0]).toBe(redis);
  });

  it('context: the current one loses to rt.toml and beats the rest of the user file', () => {
    const user = `current_context = "dev"\nredis = "redis://user"\n${CONTEXTS}`;
    expect(redisOf({ user })).toEqual(['redis://dev', 'context']);
    expect(redisOf({ user, project: 'redis = "redis://project"' })[0]).toBe('redis://project');
  });

  it('finds rt.toml upwards, but not outside of the repository', () => {
    writeFileSync(join(root, 'rt.toml'), 'redis = "redis://outside"');
    expect(redisOf({})[0]).toBe('redis://127.0.0.1:6379');
    expect(redisOf({ project: 'redis = "redis://project"' })[0]).toBe('redis://project');
  });

  it('reads --config in place of rt.toml, and complains when there is none', () => {
    const named = join(root, 'other.toml');
    const given = { flags: { config: named }, project: 'redis = "redis://project"' };
    expect(() => redisOf(given)).toThrow(expect.objectContaining({ code: 'config_invalid' }) as Error);
    writeFileSync(named, 'redis = "redis://named"');
    expect(redisOf(given)[0]).toBe('redis://named');
  });
});

describe('sections', () => {
  it('reads a worker from the variables of older deployments', () => {
    const { values } = resolve(workerSection, {
      environment: { WORKER_ID: 'w-1', WORKER_PORT: '9100', MAX_SESSIONS: '4' },
    });
    expect(values).toMatchObject({ id: 'w-1', listen: '127.0.0.1:9100', capacity: 4, heartbeatMs: 2000 });
  });

  it('prefers the variable of the section to the short one, and both to the seed', () => {
    const environment = { RT_WORKER_ID: 'long', RT_ID: 'short', WORKER_ID: 'seed' };
    expect(resolve(workerSection, { environment }).values.id).toBe('long');
    expect(resolve(workerSection, { environment: { ...environment, RT_WORKER_ID: '' } }).values.id).toBe(
      'short',
    );
    expect(resolve(gatewaySection, { environment }).values.id).toBe('short');
  });

  it('reads lists, toggles and durations of a table', () => {
    const project =
      '[gateway]\nlisten = ["127.0.0.1:1", "127.0.0.1:2"]\nlag_warn = "1.5s"\npublish_transcripts = false\n';
    expect(resolve(gatewaySection, { project }).values).toMatchObject({
      listen: ['127.0.0.1:1', '127.0.0.1:2'],
      lagWarnMs: 1500,
      publishTranscripts: false,
    });
  });

  it('takes a flag that belongs to one call from nowhere else', () => {
    const environment = { RT_REF: 'words', RT_STREAM_REF: 'words' };
    expect(resolve(streamSection, { environment }).values.ref).toBeUndefined();
    expect(resolve(streamSection, { flags: { ref: 'words' } }).values.ref).toBe('words');
  });

  it.each<[Environment, Partial<GlobalConfig>]>([
    [{ NO_COLOR: '1' }, { color: false }],
    [{ NO_COLOR: '' }, { color: true }],
    [{ TERM: 'dumb' }, { color: false }],
    [{ TERM: 'xterm' }, { color: true }],
    [{ LANG: 'C' }, { ascii: true }],
    [{ LANG: 'de_DE.UTF-8' }, { ascii: false }],
    [{ LC_ALL: 'C', LANG: 'de_DE.UTF-8' }, { ascii: true }],
    [{ LC_ALL: 'C', RT_ASCII: 'false' }, { ascii: false }],
  ])('understands what terminals say with %j', (environment, expected) => {
    expect(resolve(globalSection, { environment }).values).toMatchObject(expected);
  });
});

describe('refusals', () => {
  it.each<[string, Given, { code: string; message: string; hint: string }]>([
    [
      'an unknown key',
      { project: '[worker]\ncapcity = 4' },
      { code: 'config_invalid', message: 'unknown key worker.capcity', hint: 'Did you mean capacity?' },
    ],
    [
      'an unknown table',
      { project: '[gatway]\nid = "x"' },
      { code: 'config_invalid', message: 'unknown key gatway', hint: 'Did you mean gateway?' },
    ],
    [
      'an unknown key of a context',
      { user: '[contexts.dev]\nredsi = "redis://x"' },
      { code: 'config_invalid', message: 'unknown key redsi', hint: 'Did you mean redis?' },
    ],
    [
      'an unknown context',
      { flags: { context: 'pord' }, user: CONTEXTS },
      { code: 'config_invalid', message: 'No context pord', hint: 'Did you mean prod?' },
    ],
    [
      'contexts in a project file',
      { project: CONTEXTS },
      { code: 'config_invalid', message: "contexts belong in the user's own file", hint: 'Move' },
    ],
    [
      'what is not TOML',
      { project: 'redis = ' },
      { code: 'config_invalid', message: 'rt.toml', hint: 'Correct the file' },
    ],
    [
      'a table where a value is due',
      { project: '[redis]\nurl = "x"' },
      { code: 'config_invalid', message: 'redis is neither a value nor a list', hint: 'Write redis = ' },
    ],
    [
      'a value of a variable',
      { environment: { RT_TIMEOUT: '5' } },
      { code: 'config_invalid', message: 'RT_TIMEOUT cannot be "5"', hint: 'a duration with its unit' },
    ],
    [
      'a value of a file',
      { project: 'timeout = 5' },
      { code: 'config_invalid', message: 'timeout cannot be "5"', hint: 'a duration with its unit' },
    ],
    [
      'a value of a flag, which is wrong usage',
      { flags: { timeout: '5' } },
      { code: 'usage', message: '--timeout cannot be "5"', hint: 'a duration with its unit' },
    ],
  ])('%s', (_title, given, { code, message, hint }) => {
    const containing = (part: string): unknown => expect.stringContaining(part);
    expect(() => resolve(globalSection, given)).toThrow(
      expect.objectContaining({ code, message: containing(message), hint: containing(hint) }) as Error,
    );
  });
});
