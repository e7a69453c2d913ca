import { describe, expect, it } from 'vitest';
import { encodeAttribute, type OnnxNode } from '../../../src/models/import/onnx-schema.ts';
import { foldPadding } from '../../../src/models/import/pad-folding.ts';
import { attributeOf } from '../../../src/models/import/source-model.ts';

function node(opType: string, input: readonly string[], output: string): OnnxNode {
  return { name: output, opType, domain: '', input, output: [output], attribute: [] };
}

const PADS = [0, 0, 2, 1, 0, 0, 1, 0];
const pad = node('Pad', ['x', 'amounts'], 'padded');
const convolution = {
  ...node('Conv', ['padded', 'kernel'], 'y'),
  attribute: [encodeAttribute({ name: 'pads', type: 7, ints: [0, 1, 0, 1] })],
};

describe('padding in front of a convolution', () => {
  it('becomes its own and is added to what it has', () => {
    const [only, ...others] = foldPadding([pad, convolution], () => PADS);
    expect(others).toEqual([]);
    expect(only!.input).toEqual(['x', 'kernel']);
    expect(attributeOf(only!, 'pads')?.ints).toEqual([2, 2, 1, 1]);
  });

  it.each([
    ['somebody else needs it too', [pad, convolution, node('Relu', ['padded'], 'z')], PADS],
    ['it is not zeros', [pad, convolution], undefined],
    ['it adds channels', [pad, convolution], [0, 1, 0, 0, 0, 0, 0, 0]],
    ['it cuts', [pad, convolution], [0, 0, -1, 0, 0, 0, 0, 0]],
    ['no convolution follows', [pad, node('Relu', ['padded'], 'z')], PADS],
  ] as const)('stays where %s', (_, nodes, pads) => {
    expect(foldPadding(nodes, () => pads)).toEqual(nodes);
  });
});
