/** Which layout of the cores an engine takes, with real threads and the bundled model. */
import { availableParallelism } from 'node:os';
import { describe, expect, it, vi } from 'vitest';
import { candidateLayouts, gpuLayout, startLayout } from '../../src/engine/layout.ts';
import { BUNDLED_MODEL_PATH } from '../../src/engine/models/bundled.ts';

vi.setConfig({ testTimeout: 60_000 });

describe('the layouts of an engine', () => {
  it.each([
    { cores: 1, layouts: ['1x1'] },
    { cores: 2, layouts: ['2x1', '1x2'] },
    { cores: 4, layouts: ['4x1', '1x4'] },
    { cores: 16, layouts: ['4x4', '1x16'] },
  ])('[ENG-102] on $cores cores are $layouts', ({ cores, layouts }) => {
    const names = candidateLayouts(cores).map(
      ({ engines, intraOpThreads }) => `${engines}x${intraOpThreads}`,
    );
    expect(names).toEqual(layouts);
  });

  it.each([
    { cores: 1, layout: { engines: 1, intraOpThreads: 1 } },
    { cores: 2, layout: { engines: 1, intraOpThreads: 2 } },
    { cores: 64, layout: { engines: 1, intraOpThreads: 4 } },
  ])('[ENG-114] beside a GPU is one on $cores cores: one copy of the models', ({ cores, layout }) => {
    expect(gpuLayout(cores)).toEqual(layout);
  });

  it('[ENG-102] are all measured, one is kept and the others are ended', async () => {
    const request = { models: [{ path: BUNDLED_MODEL_PATH, aliases: [] }], provider: 'cpu' } as const;
    const { chosen, tried } = await startLayout(request, 'measure');
    expect(tried.map(({ sessions }) => sessions > 0)).not.toContain(false);
    const [usual, other] = tried;
    const isOther = other !== undefined && usual !== undefined && other.sessions > 1.1 * usual.sessions;
    expect(chosen.layout).toEqual((isOther ? other : usual)?.layout);
    expect(chosen.threads).toHaveLength(chosen.layout.engines);
    await Promise.all(chosen.threads.map((thread) => thread.discard()));
  });

  it('[ENG-102] need not be tried when one thread holds all sessions there will be', async () => {
    const models = [{ path: BUNDLED_MODEL_PATH, aliases: [] }];
    const { chosen, tried } = await startLayout({ models, provider: 'cpu', enoughSessions: 1 }, 'measure');
    expect(tried).toHaveLength(1);
    expect(chosen.layout).toEqual({ engines: 1, intraOpThreads: 1 });
    await Promise.all(chosen.threads.map((thread) => thread.discard()));
  });

  it.skipIf(availableParallelism() < 2)(
    '[ENG-102] leave one thread out that does not hold all: alone on the machine it looks better than it is',
    async () => {
      const models = [{ path: BUNDLED_MODEL_PATH, aliases: [] }];
      const request = { models, provider: 'cpu', enoughSessions: 5000 } as const;
      const { chosen, tried } = await startLayout(request, 'measure');
      expect(tried.map(({ layout }) => layout)).toEqual([
        { engines: 1, intraOpThreads: 1 },
        ...candidateLayouts(availableParallelism()),
      ]);
      expect(chosen.layout).not.toEqual({ engines: 1, intraOpThreads: 1 });
      await Promise.all(chosen.threads.map((thread) => thread.discard()));
    },
  );
});
