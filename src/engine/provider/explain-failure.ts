/** Why a provider did not compute, in a sentence, and what to do about it: from what the runtime and drivers print. Pure. */
import type { Provider } from '../onnx.ts';

export interface ProviderFailure {
  /** Completes "cuda does not compute here: …". */
  readonly reason: string;
  readonly whatToDo: string;
}

export type Gpu = Exclude<Provider, 'cpu'>;

interface Cause {
  readonly sign: RegExp;
  /** `$1` is what the sign's group found. */
  readonly reason: string;
  readonly whatToDo: string;
}

const INSTALL_CUDA_PROVIDER =
  'Install it with "ONNXRUNTIME_NODE_INSTALL=cuda12 npm rebuild onnxruntime-node" (Linux on x64, needs the network).';
const CUDA_LIBRARIES =
  'Install CUDA (12 for libraries that end in .so.12, 13 for .so.13) and cuDNN 9, and put the folders of their libraries on LD_LIBRARY_PATH or into ldconfig.';
const NVIDIA_DRIVER =
  'Install the NVIDIA driver, 525 or newer for CUDA 12 and 580 for CUDA 13; start a container with the GPU (--gpus all).';
const CUDA_DEVICE =
  'Check that nvidia-smi lists the GPU here, what CUDA_VISIBLE_DEVICES says, and that a container was started with the GPU (--gpus all).';
const VULKAN_DRIVER =
  'Install the Vulkan driver of the GPU (mesa-vulkan-drivers, or that of NVIDIA); "vulkaninfo --summary" must list the GPU.';

/** The first sign that is found decides; the more particular ones come first. */
const CAUSES: Readonly<Record<Gpu, readonly Cause[]>> = {
  cuda: [
    {
      sign: /(libonnxruntime_providers_\w+\.so): cannot open shared object file/,
      reason: 'the CUDA part of onnxruntime is not installed ($1)',
      whatToDo: INSTALL_CUDA_PROVIDER,
    },
    {
      sign: /(libcuda\.so[\d.]*): cannot open shared object file/,
      reason: 'the NVIDIA driver is not installed ($1)',
      whatToDo: NVIDIA_DRIVER,
    },
    {
      sign: /(lib[\w.-]+\.so[\d.]*): cannot open shared object file/,
      reason: '$1 is not on the loader path',
      whatToDo: CUDA_LIBRARIES,
    },
    {
      sign: /backend not found|is unsupported: 'cuda'/,
      reason: 'onnxruntime has no CUDA for this platform',
      whatToDo: 'Use Linux on x64, or --provider cpu.',
    },
    {
      sign: /driver version is insufficient|CUDA failure 35\b/,
      reason: 'the NVIDIA driver is too old',
      whatToDo: NVIDIA_DRIVER,
    },
    {
      sign: /no CUDA-capable device|CUDA failure 10[01]\b|Invalid device id/i,
      reason: 'CUDA sees no GPU',
      whatToDo: CUDA_DEVICE,
    },
    {
      sign: /out of memory|CUDA failure 2\b|ALLOC_FAILED/,
      reason: 'the GPU has no memory left',
      whatToDo: 'See who uses it with nvidia-smi, or choose another GPU with CUDA_VISIBLE_DEVICES.',
    },
    {
      sign: /no kernel image is available/,
      reason: 'this onnxruntime has no kernels for the generation of the GPU',
      whatToDo: 'Use a newer GPU, or --provider cpu.',
    },
    {
      sign: /cuDNN (?:is|library was) (?:not |un)(?:available|found)/,
      reason: 'cuDNN is not on the loader path',
      whatToDo: CUDA_LIBRARIES,
    },
    {
      sign: /cudnn/i,
      reason: 'cuDNN cannot compute a convolution on this GPU',
      whatToDo: CUDA_LIBRARIES,
    },
  ],
  webgpu: [
    {
      sign: /(libvulkan\.so[\d.]*)/,
      reason: 'the Vulkan loader is not installed ($1)',
      whatToDo: 'Install it (libvulkan1 in Debian and Ubuntu) and the Vulkan driver of the GPU.',
    },
    {
      sign: /Found no drivers|INCOMPATIBLE_DRIVER/,
      reason: 'no Vulkan driver is installed',
      whatToDo: VULKAN_DRIVER,
    },
    {
      sign: /Vulkan (\w[\w* ]*) required/,
      reason: 'the Vulkan driver is too old for WebGPU (it lacks $1)',
      whatToDo: VULKAN_DRIVER,
    },
    {
      sign: /No supported adapters|adapter_result/,
      reason: 'no GPU that WebGPU can use was found',
      whatToDo: VULKAN_DRIVER,
    },
    {
      sign: /backend not found|is unsupported: 'webgpu'/,
      reason: 'onnxruntime has no WebGPU for this platform',
      whatToDo: 'Use --provider cpu.',
    },
  ],
};

const UNKNOWN: Readonly<Record<Gpu, string>> = {
  cuda: `${CUDA_DEVICE} ${CUDA_LIBRARIES}`,
  webgpu: VULKAN_DRIVER,
};

/** @param said the runtime's message and everything that was printed on stderr */
export function explainFailure(provider: Gpu, said: string): ProviderFailure {
  for (const { sign, reason, whatToDo } of CAUSES[provider]) {
    const [found, name = ''] = sign.exec(said) ?? [];
    if (found !== undefined) return { reason: reason.replace('$1', name), whatToDo };
  }
  return { reason: firstLine(said) ?? 'it gave no reason', whatToDo: UNKNOWN[provider] };
}

/** The last words of a process that ended without an answer. */
export function explainCrash(
  provider: Gpu,
  { cause, said }: { readonly cause: string; readonly said: string },
): ProviderFailure {
  const words = firstLine(said);
  return {
    reason: `the probe process crashed (${cause})${words === undefined ? '' : `: ${words}`}`,
    whatToDo: `The driver or a library ended the process. ${UNKNOWN[provider]}`,
  };
}

const LONGEST_LINE = 200;

function firstLine(said: string): string | undefined {
  const line = said
    .split('\n')
    .map((each) => each.trim())
    .find((each) => each !== '');
  return line === undefined || line.length <= LONGEST_LINE ? line : `${line.slice(0, LONGEST_LINE)}…`;
}
