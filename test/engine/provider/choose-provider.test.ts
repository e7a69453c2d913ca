import { describe, expect, it } from 'vitest';
import { silentLogger } from '../../../src/base/log.ts';
import type { LogFields, Logger } from '../../../src/base/log.ts';
import { chooseProvider, type ProviderChoice } from '../../../src/engine/provider/choose-provider.ts';
import type { Gpu } from '../../../src/engine/provider/explain-failure.ts';
import type { ProbeOutcome } from '../../../src/engine/provider/probe.ts';

const FAST: ProbeOutcome = { type: 'active', runMs: 0.4, cpuRunMs: 3 };
const SOFTWARE: ProbeOutcome = { type: 'active', runMs: 2900, cpuRunMs: 3 };
const MISSING: ProbeOutcome = { type: 'inactive', reason: 'nothing is installed', whatToDo: 'Install it.' };

interface Machine {
  readonly visible?: readonly Gpu[];
  readonly cuda?: ProbeOutcome;
  readonly webgpu?: ProbeOutcome;
}

function choosing(choice: ProviderChoice, machine: Machine) {
  const probed: Gpu[] = [];
  const lines: (readonly [level: string, message: string, fields: LogFields])[] = [];
  const log: Logger = {
    ...silentLogger,
    info: (message, fields = {}) => void lines.push(['info', message, fields]),
    warn: (message, fields = {}) => void lines.push(['warn', message, fields]),
  };
  const chosen = chooseProvider(choice, {
    log,
    visible: () => machine.visible ?? [],
    probe: async (gpu) => {
      probed.push(gpu);
      return machine[gpu] ?? MISSING;
    },
  });
  return { chosen, probed, lines };
}

describe('a provider that is named', () => {
  it('[ENG-110] and computes is taken, whatever is visible', async () => {
    const { chosen, probed, lines } = choosing('cuda', { cuda: FAST });
    expect(await chosen).toBe('cuda');
    expect(probed).toEqual(['cuda']);
    expect(lines).toEqual([
      ['info', 'inference runs on a GPU', { provider: 'cuda', probeMs: 0.4, cpuProbeMs: 3 }],
    ]);
  });

  it.each(['cuda', 'webgpu'] as const)(
    '[ENG-110] and does not compute is refused with what to do: %s',
    async (choice) => {
      const { chosen } = choosing(choice, { visible: ['cuda', 'webgpu'] });
      await expect(chosen).rejects.toMatchObject({
        code: 'provider_unavailable',
        message: `${choice} does not compute here: nothing is installed`,
        hint: 'Install it.',
      });
    },
  );

  it('[ENG-110] is never replaced by another', async () => {
    const { chosen, probed } = choosing('cuda', { visible: ['cuda', 'webgpu'], webgpu: FAST });
    await expect(chosen).rejects.toMatchObject({ code: 'provider_unavailable' });
    expect(probed).toEqual(['cuda']);
  });

  it('[ENG-110] and is a software renderer is taken with a warning', async () => {
    const { chosen, lines } = choosing('webgpu', { webgpu: SOFTWARE });
    expect(await chosen).toBe('webgpu');
    expect(lines.map(([level]) => level)).toEqual(['warn', 'info']);
  });

  it('[ENG-110] as cpu needs no probe', async () => {
    const { chosen, probed, lines } = choosing('cpu', { visible: ['cuda'], cuda: FAST });
    expect(await chosen).toBe('cpu');
    expect([probed, lines]).toEqual([[], []]);
  });
});

describe('auto', () => {
  it.each<Machine & { readonly what: string; readonly taken: string; readonly asked: readonly Gpu[] }>([
    { what: 'nothing visible', taken: 'cpu', asked: [], cuda: FAST, webgpu: FAST },
    { what: 'CUDA at work', visible: ['cuda', 'webgpu'], cuda: FAST, taken: 'cuda', asked: ['cuda'] },
    {
      what: 'WebGPU at work and CUDA not installed',
      visible: ['cuda', 'webgpu'],
      webgpu: FAST,
      taken: 'webgpu',
      asked: ['cuda', 'webgpu'],
    },
    {
      what: 'a software renderer behind a render node',
      visible: ['webgpu'],
      webgpu: SOFTWARE,
      taken: 'cpu',
      asked: ['webgpu'],
    },
    { what: 'a GPU without drivers', visible: ['webgpu'], taken: 'cpu', asked: ['webgpu'] },
  ])('[ENG-113] with $what takes $taken', async ({ taken, asked, ...machine }) => {
    const { chosen, probed } = choosing('auto', machine);
    expect(await chosen).toBe(taken);
    expect(probed).toEqual(asked);
  });

  it('[ENG-113] says why it took the CPU', async () => {
    const { chosen, lines } = choosing('auto', { visible: ['cuda', 'webgpu'], webgpu: SOFTWARE });
    await chosen;
    const reason = 'cuda: nothing is installed; webgpu: slower than one core of the CPU';
    expect(lines).toEqual([['info', 'inference runs on the CPU', { reason }]]);
    const blind = choosing('auto', {});
    await blind.chosen;
    expect(blind.lines).toEqual([['info', 'inference runs on the CPU', { reason: 'no GPU is visible' }]]);
  });
});
