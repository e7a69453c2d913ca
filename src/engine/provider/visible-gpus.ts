/** Which GPUs the kernel shows to this process, by their device files: cheap to look at, and no driver is touched. */
import { readdirSync } from 'node:fs';
import type { Gpu } from './explain-failure.ts';

/** Device files of a GPU: NVIDIA's (`nvidia0`), that of WSL (`dxg`), render nodes of any vendor (`dri/renderD128`). */
const NVIDIA = /^(?:nvidia\d+|dxg)$/;
const RENDER_NODE = /^renderD\d+$/;

/**
 * Providers worth probing, best first; empty where no GPU is to be seen.
 * @param deviceFolder `/dev`, which has none of these files on systems other than Linux
 */
export function visibleGpus(deviceFolder = '/dev'): readonly Gpu[] {
  const hasNvidia = listing(deviceFolder).some((name) => NVIDIA.test(name));
  const hasRenderNode = listing(`${deviceFolder}/dri`).some((name) => RENDER_NODE.test(name));
  if (hasNvidia) return ['cuda', 'webgpu'];
  return hasRenderNode ? ['webgpu'] : [];
}

function listing(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}
