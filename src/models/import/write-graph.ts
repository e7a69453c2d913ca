/** Writes a graph as a file, its weights behind one another in a file beside it, none of them twice in memory. */
import { createHash } from 'node:crypto';
import { type FileHandle, open, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { CONTRIB, type GraphContent } from './graph-writer.ts';
import { encodeModel, type OnnxTensor } from './onnx-schema.ts';
import { elementBytes, type TensorSource } from './tensor-source.ts';

/** Smaller tensors stay in the graph: an entry in the file of weights costs as much as they do. */
const EXTERNAL_BYTES = 256;
const ALIGNMENT_BYTES = 64;
const EXTERNAL = 1;

export interface WriteTarget {
  readonly folder: string;
  readonly graphName: string;
  readonly weightsName: string;
  /** Version of the operators without a domain. */
  readonly opset: number;
  readonly irVersion: number;
  readonly metadata: ReadonlyMap<string, string>;
}

export interface WrittenGraph {
  readonly nodes: number;
  readonly weights: { readonly bytes: number; readonly sha256: string };
}

/** @throws what the file system says */
export async function writeGraph(content: GraphContent, target: WriteTarget): Promise<WrittenGraph> {
  const { nodes, inputs, outputs } = content;
  const { tensors, ...weights } = await writeWeights(content.weights, target);
  const bytes = encodeModel({
    irVersion: target.irVersion,
    producerName: 'rt models import',
    opsetImport: [
      { domain: '', version: target.opset },
      { domain: CONTRIB, version: 1 },
    ],
    metadataProps: [...target.metadata].map(([key, value]) => ({ key, value })),
    graph: { name: 'delta', node: nodes, initializer: tensors, input: inputs, output: outputs },
  });
  await writeFile(join(target.folder, target.graphName), bytes);
  return { nodes: nodes.length, weights };
}

async function writeWeights(
  sources: readonly TensorSource[],
  { folder, weightsName }: WriteTarget,
): Promise<{ readonly tensors: readonly OnnxTensor[]; readonly bytes: number; readonly sha256: string }> {
  const hash = createHash('sha256');
  const tensors: OnnxTensor[] = [];
  let position = 0;
  const file = await open(join(folder, weightsName), 'w');
  const append = async (bytes: Uint8Array): Promise<void> => {
    await writeAll(file, bytes);
    hash.update(bytes);
    position += bytes.length;
  };
  try {
    for (const source of sources) {
      const { name, type, dims } = source;
      const length = dims.reduce((product, dim) => product * dim, elementBytes(type));
      if (length < EXTERNAL_BYTES) {
        tensors.push({ name, dataType: type, dims, rawData: source.bytes() });
        continue;
      }
      await append(new Uint8Array((ALIGNMENT_BYTES - (position % ALIGNMENT_BYTES)) % ALIGNMENT_BYTES));
      const externalData = [
        { key: 'location', value: weightsName },
        { key: 'offset', value: String(position) },
        { key: 'length', value: String(length) },
      ];
      tensors.push({ name, dataType: type, dims, externalData, dataLocation: EXTERNAL });
      await append(source.bytes());
    }
  } finally {
    await file.close();
  }
  return { tensors, bytes: position, sha256: hash.digest('hex') };
}

async function writeAll(file: FileHandle, bytes: Uint8Array): Promise<void> {
  for (let written = 0; written < bytes.length; ) {
    written += (await file.write(bytes, written)).bytesWritten;
  }
}
