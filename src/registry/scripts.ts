/**
 * Runs the Lua scripts beside this file: one EVALSHA each, EVAL when the server forgot them
 * (`SCRIPT FLUSH`, restart, failover).
 *
 * A script is a file `<verb>-<number of keys>.lua`, and its header promises what it answers;
 * `--- @include name` pulls in a fragment from scripts/include.
 */
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { RtError } from '../base/errors.ts';

/** What each script returns: the words of its header, or rows of strings. */
export interface ScriptAnswers {
  readonly register: 'registered' | readonly [verdict: string, host?: string | null, pid?: string | null];
  readonly beat: readonly [wish: 'none' | 'cordon' | 'drain', wishedMs: string] | 'unknown';
  readonly drain: 'draining' | 'unchanged';
  readonly deregister: 'offline' | 'unchanged';
  readonly reserve: 'reserved' | 'full' | 'gone' | 'fenced';
  readonly renew: 'renewed' | 'lost' | readonly [verdict: string, reason: string];
  readonly release: 'released' | 'already-released' | 'fenced';
  readonly wish: 'asked' | 'unknown' | 'offline';
  readonly end: 'asked' | 'unknown' | 'already-ended';
  readonly forget: 'forgotten' | 'alive' | 'unknown';
  readonly publish: 'published';
  readonly sweep: readonly (readonly string[])[];
}

export interface ScriptCall {
  readonly keys: readonly string[];
  readonly args: readonly (string | number)[];
}

/** Runs one script. Rejects with the error of the connection or of Redis. */
export type RunScript = <N extends keyof ScriptAnswers>(
  name: N,
  call: ScriptCall,
) => Promise<ScriptAnswers[N]>;

/** The two commands this file needs of a connection. */
export interface ScriptConnection {
  evalsha(sha: string, keyCount: number, ...keysAndArgs: (string | number)[]): Promise<unknown>;
  eval(lua: string, keyCount: number, ...keysAndArgs: (string | number)[]): Promise<unknown>;
}

export interface LuaScript {
  readonly keyCount: number;
  /** Complete source, fragments included. */
  readonly lua: string;
  readonly sha: string;
}

const FOLDER = new URL('./scripts/', import.meta.url);
const FILE = /^([a-z]+)-(\d+)\.lua$/;
const INCLUDE = /^--- @include (\w+)$/gm;

/** Reads every script from disk, by verb. */
export function loadScripts(): ReadonlyMap<string, LuaScript> {
  const scripts = new Map<string, LuaScript>();
  for (const file of readdirSync(FOLDER)) {
    const [, verb, keyCount] = FILE.exec(file) ?? [];
    if (verb === undefined) continue;
    const lua = readFileSync(new URL(file, FOLDER), 'utf8').replace(INCLUDE, (_line, fragment: string) =>
      readFileSync(new URL(`include/${fragment}.lua`, FOLDER), 'utf8'),
    );
    scripts.set(verb, { keyCount: Number(keyCount), lua, sha: createHash('sha1').update(lua).digest('hex') });
  }
  return scripts;
}

/** Binds the scripts to a connection. */
export function createScriptRunner(redis: ScriptConnection): RunScript {
  const scripts = loadScripts();

  async function run(name: string, { keys, args }: ScriptCall): Promise<unknown> {
    const script = scripts.get(name);
    if (script?.keyCount !== keys.length) {
      throw new RtError('internal_error', `no Lua script ${name} with ${keys.length} keys`);
    }
    try {
      return await redis.evalsha(script.sha, keys.length, ...keys, ...args);
    } catch (error) {
      if (!(error instanceof Error && error.message.startsWith('NOSCRIPT'))) throw error;
      return await redis.eval(script.lua, keys.length, ...keys, ...args);
    }
  }

  return (async (name, call) => run(name, call)) as RunScript;
}
