/**
 * Reads `metadata_props` of an ONNX file without loading its weights: walks the top-level fields of
 * the ModelProto with positioned reads and skips the graph by its length (onnx.proto: field 7 graph,
 * field 14 metadata_props with key = 1 and value = 2).
 */
import { open, type FileHandle } from 'node:fs/promises';
import { RtError } from '../../base/errors.ts';

const METADATA_FIELD = 14;
const MAX_ENTRY_BYTES = 1 << 20;

const WIRE_VARINT = 0;
const WIRE_64BIT = 1;
const WIRE_LENGTH = 2;
const WIRE_32BIT = 5;

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
    const tag = readVarint(head, 0, bytesRead);
    if (tag === undefined) throw damaged(source.path);
    const field = tag.value >>> 3;
    const body = measure(head, { wire: tag.value & 7, offset: tag.next, end: bytesRead });
    if (body === undefined || field === 0) throw damaged(source.path);
    const bodyStart = position + body.offset;
    if (bodyStart + body.length > source.size) throw damaged(source.path);
    if (field === 7) sawGraph = true;
    if (field === METADATA_FIELD && body.length <= MAX_ENTRY_BYTES) {
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

/** Where the body of a field lies relative to its tag, and its length in bytes. */
function measure(
  head: Buffer,
  at: { readonly wire: number; readonly offset: number; readonly end: number },
): { readonly offset: number; readonly length: number } | undefined {
  if (at.wire === WIRE_64BIT) return { offset: at.offset, length: 8 };
  if (at.wire === WIRE_32BIT) return { offset: at.offset, length: 4 };
  const value = readVarint(head, at.offset, at.end);
  if (value === undefined) return undefined;
  if (at.wire === WIRE_VARINT) return { offset: value.next, length: 0 };
  if (at.wire === WIRE_LENGTH) return { offset: value.next, length: value.value };
  return undefined;
}

function readVarint(
  buffer: Buffer,
  offset: number,
  end: number,
): { value: number; next: number } | undefined {
  let value = 0;
  for (let i = 0; i < 10 && offset + i < end; i++) {
    const byte = buffer[offset + i] as number;
    // Multiplication, not shifting: graph lengths exceed 32 bits in files of more than 2 GiB.
    value += (byte & 0x7f) * 2 ** (7 * i);
    if (byte < 0x80) return { value, next: offset + i + 1 };
  }
  return undefined;
}

function parseEntry(entry: Buffer): [key: string, value: string] {
  const parts: [string, string] = ['', ''];
  let offset = 0;
  while (offset < entry.length) {
    const tag = readVarint(entry, offset, entry.length);
    const length = tag && readVarint(entry, tag.next, entry.length);
    if (!tag || !length) break;
    const text = entry.toString('utf8', length.next, length.next + length.value);
    const field = tag.value >>> 3;
    if (field === 1 || field === 2) parts[field - 1] = text;
    offset = length.next + length.value;
  }
  return parts;
}

function damaged(path: string): RtError {
  return new RtError('model_invalid', `The model file ${path} is damaged or not an ONNX file`, {
    hint: 'Fetch the file again and compare its sha256 with the card of the model.',
  });
}
