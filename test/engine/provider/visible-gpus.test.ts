import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { visibleGpus } from '../../../src/engine/provider/visible-gpus.ts';

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rt-dev-'));
});
afterEach(() => rm(folder, { recursive: true }));

describe('the GPUs that are visible', () => {
  it.each([
    { files: ['null'], gpus: [] },
    { files: ['nvidia0', 'nvidiactl'], gpus: ['cuda', 'webgpu'] },
    { files: ['dxg'], gpus: ['cuda', 'webgpu'] },
    { files: ['nvidiactl', 'nvidia-uvm'], gpus: [] },
    { files: ['dri/card0', 'dri/renderD128'], gpus: ['webgpu'] },
    { files: ['dri/card0'], gpus: [] },
  ])('[ENG-113] behind $files are $gpus', async ({ files, gpus }) => {
    for (const file of files) {
      await mkdir(dirname(join(folder, file)), { recursive: true });
      await writeFile(join(folder, file), '');
    }
    expect(visibleGpus(folder)).toEqual(gpus);
  });

  it('[ENG-113] are none where there is no such folder', () => {
    expect(visibleGpus(join(folder, 'nowhere'))).toEqual([]);
  });
});
