import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { createScriptRunner, loadScripts } from '../../src/registry/scripts.ts';

const folder = new URL('../../src/registry/scripts/', import.meta.url);
const files = readdirSync(folder).filter((file) => file.endsWith('.lua'));

describe('Lua scripts', () => {
  it.each(files)('[REG-25] %s is described by its header', (file) => {
    const lua = readFileSync(new URL(file, folder), 'utf8');
    const header = lua
      .split('\n')
      .slice(
        0,
        lua.split('\n').findIndex((line) => !line.startsWith('--')),
      )
      .join('\n');
    const body = lua.slice(header.length);
    const named = Number(/-(\d+)\.lua$/.exec(file)?.[1]);
    const listed = [...header.matchAll(/^-- KEYS\[(\d+)\] \S+/gm)].map((match) => Number(match[1]));
    const used = [...body.matchAll(/KEYS\[(\d+)\]/g)].map((match) => Number(match[1]));
    expect(listed).toEqual(Array.from({ length: named }, (_, i) => i + 1));
    expect(Math.max(...used)).toBe(named);
    expect(header).toMatch(/^-- [A-Z].+\.$/m);
    expect(header).toMatch(/^-- Returns .+/m);
    expect(header).toMatch(/^-- Invariant: .+/m);
    const args = [...body.matchAll(/ARGV\[(\d+)\]/g)].map((match) => match[1] as string);
    for (const arg of args) expect(header).toMatch(new RegExp(`^-- ARGV\\[${arg}(\\.\\.)?\\] \\S+`, 'm'));
    const answers = [...body.matchAll(/^(?:.* then )?\s*return '([a-z-]+)'/gm)].map(
      (match) => match[1] as string,
    );
    for (const answer of answers) expect(header).toContain(`'${answer}'`);
  });

  it('[REG-25] fragments are pulled in and every file is loaded', () => {
    const scripts = loadScripts();
    expect(scripts.size).toBe(files.length);
    for (const { lua } of scripts.values()) expect(lua).not.toContain('@include');
  });

  it('[REG-25] a call with another number of keys is refused before it is sent', async () => {
    const sent: string[] = [];
    const send = (sha: string): Promise<unknown> => Promise.resolve(sent.push(sha));
    const run = createScriptRunner({ evalsha: send, eval: send });
    await expect(run('drain', { keys: ['one'], args: [] })).rejects.toThrow(
      'no Lua script drain with 1 keys',
    );
    expect(sent).toEqual([]);
  });
});
