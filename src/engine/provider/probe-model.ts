/**
 * The graph a provider has to run before it is trusted: a product and a depth-wise convolution, the two kinds of
 * work a recogniser is made of. A GPU's libraries may do one and fail at the other (cuDNN serves convolutions only).
 *
 * All values are small whole numbers, so every provider must give exactly the same sums, also one that rounds its
 * operands to the ten bits of TF32.
 */

/** Milliseconds of one CPU core: enough for a GPU to gain on it, little enough for a software renderer to finish. */
const ROWS = 256;
const INNER = 512;
const COLUMNS = 512;
const KERNEL = 3;
const INPUTS = { left: [1, ROWS, INNER], right: [1, INNER, COLUMNS], kernel: [ROWS, 1, KERNEL] } as const;

/** The operators of the graph: each must have run on the provider. */
export const PROBE_OPERATORS: readonly string[] = ['MatMul', 'Conv'];

export interface ProbeInput {
  readonly dims: readonly number[];
  readonly data: Float32Array;
}

/** What the graph is fed, by input name. */
export function probeInputs(): Readonly<Record<string, ProbeInput>> {
  return {
    left: filled(INPUTS.left, (i) => (scatter(i) % 9) - 4),
    right: filled(INPUTS.right, (i) => (scatter(i + 1) % 7) - 3),
    kernel: filled(INPUTS.kernel, (i) => (scatter(i + 2) % 3) - 1),
  };
}

/** Numbers without a pattern a wrong stride could hit (Knuth's multiplicative hash). */
function scatter(index: number): number {
  return Math.imul(index, 0x9e3779b1) >>> 8;
}

function filled(dims: readonly number[], value: (index: number) => number): ProbeInput {
  const length = dims.reduce((a, b) => a * b, 1);
  return { dims, data: Float32Array.from({ length }, (_, index) => value(index)) };
}

type Bytes = readonly number[];

/** A ModelProto (field numbers: onnx.proto): result = Conv(MatMul(left, right), kernel), one group a row. */
export function probeModel(): Uint8Array {
  const group = [...text(1, 'group'), ...integer(3, ROWS), ...integer(20, INT_ATTRIBUTE)];
  const graph = [
    ...block(1, node({ type: 'MatMul', inputs: ['left', 'right'], output: 'product' })),
    ...block(1, [
      ...node({ type: 'Conv', inputs: ['product', 'kernel'], output: 'result' }),
      ...block(5, group),
    ]),
    ...text(2, 'probe'),
    ...Object.entries(INPUTS).flatMap(([name, dims]) => block(11, floatTensor(name, dims))),
    ...block(12, floatTensor('result', [1, ROWS, COLUMNS - KERNEL + 1])),
  ];
  const operators = [...text(1, ''), ...integer(2, OPERATOR_SET)];
  return Uint8Array.from([...integer(1, IR_VERSION), ...block(7, graph), ...block(8, operators)]);
}

const IR_VERSION = 8;
const OPERATOR_SET = 13;
const FLOAT = 1;
const INT_ATTRIBUTE = 2;

function node(parts: {
  readonly type: string;
  readonly inputs: readonly string[];
  readonly output: string;
}): Bytes {
  return [...parts.inputs.flatMap((name) => text(1, name)), ...text(2, parts.output), ...text(4, parts.type)];
}

function floatTensor(name: string, dims: readonly number[]): Bytes {
  const shape = dims.flatMap((dim) => block(1, integer(1, dim)));
  return [...text(1, name), ...block(2, block(1, [...integer(1, FLOAT), ...block(2, shape)]))];
}

function integer(field: number, value: number): Bytes {
  return [...varint(field << 3), ...varint(value)];
}

function text(field: number, value: string): Bytes {
  return block(field, [...Buffer.from(value)]);
}

function block(field: number, body: Bytes): Bytes {
  return [...varint((field << 3) | 2), ...varint(body.length), ...body];
}

function varint(value: number): Bytes {
  return value < 128 ? [value] : [(value % 128) + 128, ...varint(Math.floor(value / 128))];
}
