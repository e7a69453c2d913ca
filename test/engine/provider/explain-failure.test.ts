/** Messages as onnxruntime 1.30, CUDA and Dawn print them; those marked with a star were seen, the others are from their sources. */
import { describe, expect, it } from 'vitest';
import { explainCrash, explainFailure, type Gpu } from '../../../src/engine/provider/explain-failure.ts';

const LIBRARY = '/app/node_modules/onnxruntime-node/bin/napi-v6/linux/x64/libonnxruntime_providers_';

interface Case {
  readonly what: string;
  readonly provider: Gpu;
  readonly said: string;
  readonly reason: RegExp;
  readonly whatToDo: RegExp;
}

const CASES: readonly Case[] = [
  {
    what: 'the CUDA part was not installed*',
    provider: 'cuda',
    said: `OrtSessionOptionsAppendExecutionProvider_Cuda: Failed to load shared library\n[E:onnxruntime] Failed to load library ${LIBRARY}shared.so with error: ${LIBRARY}shared.so: cannot open shared object file: No such file or directory`,
    reason: /not installed \(libonnxruntime_providers_shared\.so\)/,
    whatToDo: /ONNXRUNTIME_NODE_INSTALL=cuda12/,
  },
  {
    what: 'a library of CUDA is missing*',
    provider: 'cuda',
    said: `OrtSessionOptionsAppendExecutionProvider_Cuda: Failed to load shared library\n[E:onnxruntime] Failed to load library ${LIBRARY}cuda.so with error: libcublasLt.so.13: cannot open shared object file: No such file or directory`,
    reason: /^libcublasLt\.so\.13 is not on the loader path$/,
    whatToDo: /Install CUDA .*cuDNN 9.*LD_LIBRARY_PATH/,
  },
  {
    what: 'there is no NVIDIA driver',
    provider: 'cuda',
    said: `Failed to load library ${LIBRARY}cuda.so with error: libcuda.so.1: cannot open shared object file: No such file or directory`,
    reason: /^the NVIDIA driver is not installed \(libcuda\.so\.1\)$/,
    whatToDo: /--gpus all/,
  },
  {
    what: 'cuDNN is missing, which is noticed at the convolution',
    provider: 'cuda',
    said: 'Non-zero status code returned while running Conv node. cuDNN is not available. Install cuDNN, update the system library search path, or set enable_cudnn=0',
    reason: /^cuDNN is not on the loader path$/,
    whatToDo: /cuDNN 9/,
  },
  {
    what: 'no GPU is shown to CUDA',
    provider: 'cuda',
    said: 'CUDA failure 100: no CUDA-capable device is detected ; GPU=-1 ; hostname=h',
    reason: /CUDA sees no GPU/,
    whatToDo: /CUDA_VISIBLE_DEVICES/,
  },
  {
    what: 'the driver is too old',
    provider: 'cuda',
    said: 'CUDA failure 35: CUDA driver version is insufficient for CUDA runtime version ; GPU=0',
    reason: /^the NVIDIA driver is too old$/,
    whatToDo: /525/,
  },
  {
    what: 'the memory of the GPU is full',
    provider: 'cuda',
    said: 'CUDA failure 2: out of memory ; GPU=0 ; hostname=h',
    reason: /no memory left/,
    whatToDo: /nvidia-smi/,
  },
  {
    what: 'cuDNN fails at the convolution',
    provider: 'cuda',
    said: 'Non-zero status code returned while running Conv node. Status Message: Failed to initialize CUDNN FrontendCUDNN_BACKEND_API_FAILED',
    reason: /cuDNN cannot compute a convolution/,
    whatToDo: /cuDNN 9/,
  },
  {
    what: 'the platform has no CUDA',
    provider: 'cuda',
    said: 'no available backend found. ERR: [cuda] backend not found.',
    reason: /no CUDA for this platform/,
    whatToDo: /Linux on x64/,
  },
  {
    what: 'no Vulkan driver is there*',
    provider: 'webgpu',
    said: 'Failed to get a WebGPU adapter: No supported adapters\nWarning: vkCreateInstance: Found no drivers!\nWarning: vkCreateInstance failed with VK_ERROR_INCOMPATIBLE_DRIVER',
    reason: /no Vulkan driver is installed/,
    whatToDo: /vulkaninfo/,
  },
  {
    what: 'the Vulkan driver is too old*',
    provider: 'webgpu',
    said: 'Failed to get a WebGPU adapter: No supported adapters\nWarning: Vulkan shaderUniform*ArrayDynamicIndexing required.',
    reason: /too old for WebGPU \(it lacks shaderUniform\*ArrayDynamicIndexing\)/,
    whatToDo: /Vulkan driver/,
  },
  {
    what: 'there is no GPU for WebGPU',
    provider: 'webgpu',
    said: 'adapter_result.status == wgpu::RequestAdapterStatus::Success was false. Failed to get a WebGPU adapter: No supported adapters',
    reason: /no GPU that WebGPU can use/,
    whatToDo: /Vulkan driver/,
  },
];

describe('why a provider does not compute', () => {
  it.each(CASES)('[ENG-110] is told when $what', ({ provider, said, reason, whatToDo }) => {
    const failure = explainFailure(provider, said);
    expect(failure.reason).toMatch(reason);
    expect(failure.whatToDo).toMatch(whatToDo);
  });

  it('[ENG-110] is the first line of what was said where nobody knows better', () => {
    expect(explainFailure('cuda', '\n  the moon is full \nsecond line').reason).toBe('the moon is full');
    expect(explainFailure('cuda', 'x'.repeat(1000)).reason).toHaveLength(201);
    expect(explainFailure('webgpu', '').reason).toBe('it gave no reason');
  });

  it('[ENG-112] is the signal and the last words where the process crashed', () => {
    expect(explainCrash('cuda', { cause: 'SIGSEGV', said: 'bad driver\n' }).reason).toBe(
      'the probe process crashed (SIGSEGV): bad driver',
    );
    expect(explainCrash('cuda', { cause: 'exit code 3', said: '' }).reason).toBe(
      'the probe process crashed (exit code 3)',
    );
  });
});
