/**
 * Reads `metadata_props` of an ONNX file without loading its weights: walks the top-level fields of
 * the ModelProto with positioned reads and skips the graph by its length (onnx.proto: field 7 graph,
 * field 14 metadata_props with key = 1 and value = 2).
 */
import { open, type FileHandle } from 'node:fs/promises';
import { RtError } from '../../base/errors.ts';
import { measureField, protobufFields } from './protobuf-fields.ts';

const GRAPH_FIELD = 7;
const METADATA_FIELD = 14;
const MAX_ENTRY_BYTES = 1 << 20;

/**
 * Metadata of the model file at `path`.
 * @throws RtError model_invalid when the file is missing, empty or not a ModelProto
 */
export async function readOnnxMetadata(path: string): Promise<ReadonlyMap<string, string>> {
  const file = await openModel(path);
  try {
    const { size } = await file.stat();
    return await walk(file, { path, size });
  } finally {
    await file.close();
  }
}

async function openModel(path: string): Promise<FileHandle> {
  try {
    return await open(path, 'r');
  } catch (cause) {
    throw new RtError('model_invalid', `Cannot read the model file ${path}`, {
      cause,
      hint: 'Pass --model with the path of an .onnx file or of a folder that holds one.',
    });
  }
}

async function walk(
  file: FileHandle,
  source: { readonly path: string; readonly size: number },
): Promise<ReadonlyMap<string, string>> {
  const metadata = new Map<string, string>();
  let position = 0;
  let sawGraph = false;
  while (position < source.size) {
    const head = Buffer.alloc(20);
    const { bytesRead } = await file.read(head, 0, head.length, position);
    const body = measureField(head.subarray(0, bytesRead));
    if (body === undefined) throw damaged(source.path);
    const bodyStart = position + body.offset;
    if (bodyStart + body.length > source.size) throw damaged(source.path);
    if (body.field === GRAPH_FIELD) sawGraph = true;
    if (body.field === METADATA_FIELD && body.length <= MAX_ENTRY_BYTES) {
      const entry = Buffer.alloc(body.length);
      await file.read(entry, 0, body.length, bodyStart);
      const [key, value] = parseEntry(entry);
      metadata.set(key, value);
    }
    position = bodyStart + body.length;
  }
  if (!sawGraph) throw damaged(source.path);
  return metadata;
}

function parseEntry(entry: Buffer): [key: string, value: string] {
  const parts: [string, string] = ['', ''];
  for (const { field, bytes } of protobufFields(entry) ?? []) {
    if (field === 1 || field === 2) parts[field - 1] = bytes?.toString('utf8') ?? '';
  }
  return parts;
}

function damaged(path: string): RtError {
  return new RtError('model_invalid', `The model file ${path} is damaged or not an ONNX file`, {
    hint: 'Fetch the file again and compare its sha256 with the card of the model.',
  });
}
