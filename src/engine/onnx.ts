/**
 * The only importer of onnxruntime-node. `run` blocks the calling thread although it returns a
 * promise (1.30), so sessions made here belong to an engine thread and never to a thread that
 * serves sockets.
 */
import ort from 'onnxruntime-node';
import { messageOf, RtError } from '../base/errors.ts';

export type TensorData = Float32Array | BigInt64Array | Int32Array | Uint16Array | Uint8Array;

export interface Tensor {
  readonly type: 'float32' | 'float16' | 'int64' | 'int32' | 'bool';
  readonly dims: readonly number[];
  /** Bits of IEEE half precision in a Uint16Array for float16, bytes 0 and 1 for bool. */
  readonly data: TensorData;
}

/** Name, element type and shape of an input or output; symbolic dimensions are names. */
export interface TensorInfo {
  readonly name: string;
  readonly type: string;
  readonly shape: readonly (number | string)[];
}

export interface Graph {
  readonly inputs: readonly TensorInfo[];
  readonly outputs: readonly TensorInfo[];
  /**
   * One inference. Input data may be reused afterwards; output data is fresh and the caller's.
   * @param wanted names of the outputs to return, all of them when absent; what is not wanted is not copied
   * @throws RtError asr_failed, resource_exhausted
   */
  run(
    feeds: Readonly<Record<string, Tensor>>,
    wanted?: readonly string[],
  ): Promise<Readonly<Record<string, Tensor>>>;
  release(): Promise<void>;
}

export const PROVIDERS = ['cpu', 'cuda', 'webgpu'] as const;

/** Where a graph runs. The runtime places nodes it has no GPU kernel for on the CPU without a word. */
export type Provider = (typeof PROVIDERS)[number];

/** What this build of the runtime was made with; a provider that is not bundled needs libraries of its own. */
export function builtInProviders(): readonly { readonly name: string; readonly bundled: boolean }[] {
  return ort.listSupportedBackends();
}

/** Told how each run of a graph went. */
export interface RunWatch {
  succeeded(): void;
  failed(error: RtError): void;
}

export interface GraphOptions {
  readonly provider: Provider;
  readonly intraOpThreads: number;
  /** Beginning of the path of a profile that `release` writes: which node ran where, as trace events. */
  readonly profilePrefix?: string;
  readonly watch?: RunWatch;
}

/**
 * Loads a graph from a file.
 * @throws RtError model_invalid when the file is not a graph this runtime can load
 */
export async function loadGraph(path: string, options: GraphOptions): Promise<Graph> {
  const session = await createSession(path, options);
  return {
    inputs: session.inputMetadata.map(tensorInfo),
    outputs: session.outputMetadata.map(tensorInfo),
    async run(feeds, wanted) {
      const tensors: Record<string, ort.Tensor> = {};
      for (const [name, tensor] of Object.entries(feeds)) {
        tensors[name] = nativeTensor(tensor);
      }
      try {
        const outputs = await (wanted ? session.run(tensors, wanted) : session.run(tensors));
        const result: Record<string, Tensor> = {};
        for (const [name, tensor] of Object.entries(outputs)) result[name] = ownTensor(tensor);
        options.watch?.succeeded();
        return result;
      } catch (error) {
        const fault = inferenceError(error);
        options.watch?.failed(fault);
        throw fault;
      }
    },
    async release() {
      if (options.profilePrefix !== undefined) session.endProfiling();
      await session.release();
    },
  };
}

async function createSession(path: string, options: GraphOptions): Promise<ort.InferenceSession> {
  const { provider, intraOpThreads, profilePrefix } = options;
  try {
    return await ort.InferenceSession.create(path, {
      executionProviders: [provider],
      intraOpNumThreads: intraOpThreads,
      interOpNumThreads: 1,
      executionMode: 'sequential',
      graphOptimizationLevel: 'all',
      logSeverityLevel: 3,
      // Spinning threads cost a core per idle engine and do not lower the latency of short steps.
      extra: { session: { intra_op: { allow_spinning: '0' }, set_denormal_as_zero: '1' } },
      ...(profilePrefix === undefined ? {} : { enableProfiling: true, profileFilePrefix: profilePrefix }),
    });
  } catch (error) {
    const onGpu = provider === 'cpu' ? '' : ` on ${provider}`;
    throw new RtError('model_invalid', `Cannot load the model ${path}${onGpu}: ${messageOf(error)}`, {
      cause: error,
      hint: `Check that the file is a whole ONNX file; compare its sha256 with the card of the model.${
        provider === 'cpu'
          ? ''
          : ' If it loads with --provider cpu, the GPU lacks the memory or a kernel for it.'
      }`,
    });
  }
}

/**
 * Where there is a Float16Array (Node 24), `ort.Tensor` makes one of half precision, and the native side of
 * 1.30 takes it for empty. It reads fields, so an object with the bits in a Uint16Array serves everywhere.
 */
function nativeTensor({ type, dims, data }: Tensor): ort.Tensor {
  if (type !== 'float16') return new ort.Tensor(type, data, dims);
  return { type, dims, data, location: 'cpu', size: data.length } as unknown as ort.Tensor;
}

/** Half precision comes as a Float16Array where the engine has one (Node 24), else as its bits. */
function ownTensor(output: ort.OnnxValue): Tensor {
  const tensor = output as unknown as Tensor;
  if (tensor.type !== 'float16') return tensor;
  const { buffer, byteOffset, length } = tensor.data;
  return { type: tensor.type, dims: tensor.dims, data: new Uint16Array(buffer, byteOffset, length) };
}

function tensorInfo(meta: ort.InferenceSession.ValueMetadata): TensorInfo {
  if (!meta.isTensor) return { name: meta.name, type: 'none', shape: [] };
  return { name: meta.name, type: meta.type, shape: meta.shape };
}

function inferenceError(error: unknown): RtError {
  const message = messageOf(error);
  const code = /alloc|out of memory/i.test(message) ? 'resource_exhausted' : 'asr_failed';
  return new RtError(code, `Inference failed: ${message}`, { cause: error });
}
