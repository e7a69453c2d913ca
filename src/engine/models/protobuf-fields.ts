/** Steps through the fields of a protobuf message, as far as reading a few of them from a large file needs. */

const WIRE_VARINT = 0;
const WIRE_64BIT = 1;
const WIRE_LENGTH = 2;
const WIRE_32BIT = 5;

/** Where the body of a field lies behind the start of its tag. */
export interface FieldPlace {
  readonly field: number;
  readonly offset: number;
  readonly length: number;
  /** Of a field that is a number and has no body. */
  readonly value: number | undefined;
}

export interface ProtobufField {
  readonly field: number;
  /** Body of a field with one. */
  readonly bytes: Buffer | undefined;
  readonly value: number | undefined;
}

/** Reads the tag at the start of `head` (20 bytes are enough); undefined for what is not one. */
export function measureField(head: Buffer): FieldPlace | undefined {
  const tag = readVarint(head, 0);
  const field = tag === undefined ? 0 : Math.floor(tag.value / 8);
  if (tag === undefined || field === 0) return undefined;
  const wire = tag.value % 8;
  if (wire === WIRE_64BIT) return { field, offset: tag.next, length: 8, value: undefined };
  if (wire === WIRE_32BIT) return { field, offset: tag.next, length: 4, value: undefined };
  const number = readVarint(head, tag.next);
  if (number === undefined) return undefined;
  if (wire === WIRE_VARINT) return { field, offset: number.next, length: 0, value: number.value };
  if (wire === WIRE_LENGTH) return { field, offset: number.next, length: number.value, value: undefined };
  return undefined;
}

/** The fields of a whole message; undefined for one that is cut or none. */
export function protobufFields(message: Buffer): readonly ProtobufField[] | undefined {
  const fields: ProtobufField[] = [];
  for (let position = 0; position < message.length; ) {
    const place = measureField(message.subarray(position));
    if (place === undefined) return undefined;
    const { field, length, value } = place;
    const start = position + place.offset;
    if (start + length > message.length) return undefined;
    fields.push({
      field,
      value,
      bytes: value === undefined ? message.subarray(start, start + length) : undefined,
    });
    position = start + length;
  }
  return fields;
}

function readVarint(buffer: Buffer, offset: number): { value: number; next: number } | undefined {
  let value = 0;
  for (let i = 0; i < 10 && offset + i < buffer.length; i++) {
    const byte = buffer[offset + i] as number;
    // Multiplication, not shifting: graph lengths exceed 32 bits in files of more than 2 GiB.
    value += (byte & 0x7f) * 2 ** (7 * i);
    if (byte < 0x80) return { value, next: offset + i + 1 };
  }
  return undefined;
}
