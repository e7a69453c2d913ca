import { mkdtempSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { gatherSettings } from '../../src/config/raw.ts';
import { originText, showSettings } from '../../src/config/shown-settings.ts';
import { unknownSetting } from '../../src/config/unknown-setting.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'rt-show-'));
  mkdirSync(join(folder, '.config', 'rt'), { recursive: true });
  writeFileSync(
    join(folder, '.config', 'rt', 'config.toml'),
    'current_context = "prod"\n\n[contexts.prod]\nredis = "redis://u:hidden@prod"\n',
  );
  writeFileSync(join(folder, 'rt.toml'), '[worker]\n# how often\nheartbeat = "1s"\ncapacity = "many"\n');
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

describe('showing settings', () => {
  const shown = (): ReadonlyMap<string, readonly [string | undefined, string]> => {
    const sources = gatherSettings({
      flags: { gateway: 'ws://flag' },
      environment: { RT_WORKER_LISTEN: '127.0.0.1:1' },
      cwd: folder,
      home: folder,
    });
    return new Map(
      showSettings(sources, '…').map(({ key, value, origin }) => [key, [value, originText(origin)]]),
    );
  };

  it('[CFG-8] tells where each value comes from, with its line, and no secret', () => {
    const settings = shown();
    expect(settings.get('gateway')).toEqual(['ws://flag', 'flag --gateway']);
    expect(settings.get('worker.listen')).toEqual(['127.0.0.1:1', 'env RT_WORKER_LISTEN']);
    expect(settings.get('worker.heartbeat')).toEqual(['1s', `${folder}/rt.toml:3`]);
    expect(settings.get('redis')).toEqual([
      'redis://u:…(file)@prod',
      `context prod (${folder}/.config/rt/config.toml:4)`,
    ]);
    expect(settings.get('router.sweep')).toEqual(['2s', 'default']);
    expect(settings.get('worker.id')).toEqual([undefined, 'not set']);
  });

  it('[CFG-8] says of a value that cannot be what it would have to be', () => {
    const sources = gatherSettings({ flags: {}, environment: {}, cwd: folder, home: folder });
    const capacity = showSettings(sources, '…').find(({ key }) => key === 'worker.capacity');
    expect(capacity?.expected).toContain('a whole number');
  });

  it('[CFG-9] knows what was meant by a setting that does not exist', () => {
    expect(unknownSetting('worker.hartbeat').hint).toContain('worker.heartbeat');
    expect(unknownSetting('listen').hint).toBe(
      'Did you mean gateway.listen or worker.listen or router.listen?',
    );
  });
});
