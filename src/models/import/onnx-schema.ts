/**
 * The part of onnx.proto (ONNX 1.x, Apache-2.0) that a graph is read and written with. Attributes stay bytes, so
 * that a node which is only passed on keeps them to the bit; `decodeAttribute` reads the one that is asked for.
 */
import protobuf from 'protobufjs/light.js';

export interface OnnxTensor {
  readonly name: string;
  readonly dims: readonly number[];
  readonly dataType: number;
  readonly rawData?: Uint8Array;
  readonly floatData?: readonly number[];
  readonly int32Data?: readonly number[];
  readonly int64Data?: readonly number[];
  readonly externalData?: readonly OnnxEntry[];
  /** 1 when the data lie in another file. */
  readonly dataLocation?: number;
}

export interface OnnxEntry {
  readonly key: string;
  readonly value: string;
}

export interface OnnxNode {
  readonly name: string;
  readonly opType: string;
  readonly domain: string;
  /** The empty string where an optional input is left out. */
  readonly input: readonly string[];
  readonly output: readonly string[];
  /** Encoded `OnnxAttribute`s. */
  readonly attribute: readonly Uint8Array[];
}

export interface OnnxAttribute {
  readonly name: string;
  /** 1 float, 2 int, 3 string, 4 tensor, 6 floats, 7 ints, 8 strings. */
  readonly type: number;
  readonly f?: number;
  readonly i?: number;
  readonly s?: Uint8Array;
  readonly t?: OnnxTensor;
  readonly floats?: readonly number[];
  readonly ints?: readonly number[];
}

export interface OnnxDimension {
  readonly dimValue?: number;
  readonly dimParam?: string;
}

export interface OnnxValue {
  readonly name: string;
  readonly type?: {
    readonly tensorType?: {
      readonly elemType: number;
      readonly shape?: { readonly dim: readonly OnnxDimension[] };
    };
  };
}

export interface OnnxGraph {
  readonly name: string;
  readonly node: readonly OnnxNode[];
  readonly initializer: readonly OnnxTensor[];
  readonly input: readonly OnnxValue[];
  readonly output: readonly OnnxValue[];
}

export interface OnnxModel {
  readonly irVersion: number;
  readonly producerName: string;
  readonly opsetImport: readonly { readonly domain: string; readonly version: number }[];
  readonly graph: OnnxGraph;
  readonly metadataProps: readonly OnnxEntry[];
}

/** A part of a model: appended to the bytes of a whole one it is merged into it. */
export type OnnxModelPart = Partial<Omit<OnnxModel, 'graph'>> & { readonly graph?: Partial<OnnxGraph> };

type Rule = 'repeated' | 'optional';
const field = (id: number, type: string, rule: Rule = 'optional'): protobuf.IField => ({ id, type, rule });

const root = protobuf.Root.fromJSON({
  nested: {
    Entry: { fields: { key: field(1, 'string'), value: field(2, 'string') } },
    Tensor: {
      fields: {
        dims: field(1, 'int64', 'repeated'),
        dataType: field(2, 'int32'),
        floatData: field(4, 'float', 'repeated'),
        int32Data: field(5, 'int32', 'repeated'),
        int64Data: field(7, 'int64', 'repeated'),
        name: field(8, 'string'),
        rawData: field(9, 'bytes'),
        externalData: field(13, 'Entry', 'repeated'),
        dataLocation: field(14, 'int32'),
      },
    },
    Attribute: {
      fields: {
        name: field(1, 'string'),
        f: field(2, 'float'),
        i: field(3, 'int64'),
        s: field(4, 'bytes'),
        t: field(5, 'Tensor'),
        floats: field(7, 'float', 'repeated'),
        ints: field(8, 'int64', 'repeated'),
        type: field(20, 'int32'),
      },
    },
    Node: {
      fields: {
        input: field(1, 'string', 'repeated'),
        output: field(2, 'string', 'repeated'),
        name: field(3, 'string'),
        opType: field(4, 'string'),
        attribute: field(5, 'bytes', 'repeated'),
        domain: field(7, 'string'),
      },
    },
    Dimension: { fields: { dimValue: field(1, 'int64'), dimParam: field(2, 'string') } },
    Shape: { fields: { dim: field(1, 'Dimension', 'repeated') } },
    TensorType: { fields: { elemType: field(1, 'int32'), shape: field(2, 'Shape') } },
    ValueType: { fields: { tensorType: field(1, 'TensorType') } },
    Value: { fields: { name: field(1, 'string'), type: field(2, 'ValueType') } },
    Graph: {
      fields: {
        node: field(1, 'Node', 'repeated'),
        name: field(2, 'string'),
        initializer: field(5, 'Tensor', 'repeated'),
        input: field(11, 'Value', 'repeated'),
        output: field(12, 'Value', 'repeated'),
      },
    },
    Opset: { fields: { domain: field(1, 'string'), version: field(2, 'int64') } },
    Model: {
      fields: {
        irVersion: field(1, 'int64'),
        producerName: field(2, 'string'),
        graph: field(7, 'Graph'),
        opsetImport: field(8, 'Opset', 'repeated'),
        metadataProps: field(14, 'Entry', 'repeated'),
      },
    },
  },
});

const model = root.lookupType('Model');
const attribute = root.lookupType('Attribute');
/** Numbers as numbers: the 64-bit ones here are dimensions and counts. Bytes stay views of what was read. */
const CONVERSION: protobuf.IConversionOptions = { longs: Number, defaults: true, arrays: true };

/** @throws Error of the library when the bytes are not a model */
export function decodeModel(bytes: Uint8Array): OnnxModel {
  return model.toObject(model.decode(bytes), CONVERSION) as OnnxModel;
}

export function encodeModel(part: OnnxModelPart): Uint8Array {
  return model.encode(model.fromObject(part)).finish();
}

export function decodeAttribute(bytes: Uint8Array): OnnxAttribute {
  return attribute.toObject(attribute.decode(bytes), { ...CONVERSION, defaults: false }) as OnnxAttribute;
}

export function encodeAttribute(value: OnnxAttribute): Uint8Array {
  return attribute.encode(attribute.fromObject(value)).finish();
}
