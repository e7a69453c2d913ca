/**
 * Writes the convolution of a layer. Its products over single frames are products over all frames of all
 * streams, and the depthwise kernel is written in two dimensions, the form for which onnxruntime has a blocked
 * implementation.
 */
import type { LayerContext } from './delta-context.ts';
import {
  cutInto,
  joinAlong,
  reshape,
  transpose,
  writeNorm,
  writePointwise,
  writeSilu,
} from './delta-parts.ts';
import type { ConvolutionPart } from './match-convolution.ts';
import { reshaped } from './tensor-source.ts';

export function writeConvolution(
  part: ConvolutionPart,
  input: string,
  context: LayerContext,
): { readonly output: string; readonly time: string } {
  const { writer, shape, layer } = context;
  const { frames, width, kernel } = shape;
  const both = writePointwise(part.gated, writeNorm(part.norm, input, context), context);
  const [value = '', gate = ''] = cutInto(writer, both, { axis: 1, sizes: [width, width] });
  const opened = writer.add({ operator: 'Sigmoid', inputs: [gate] });
  const gated = writer.add({ operator: 'Mul', inputs: [value, opened] });
  const time = reshape(writer, gated, -1, frames, width);

  const joined = joinAlong(writer, 1, [`cache_time_${layer}`, time]);
  const plane = writer.add({ operator: 'Unsqueeze', inputs: [joined, writer.ints(1)] });
  const { weight, bias } = part.depthwise;
  const convolved = writer.add({
    operator: 'Conv',
    inputs: [
      transpose(writer, plane, 0, 3, 1, 2),
      writer.weight(reshaped(weight, [width, 1, 1, kernel])),
      ...(bias ? [writer.weight(bias)] : []),
    ],
    attributes: { group: { int: width }, kernel_shape: { ints: [1, kernel] } },
  });
  const rows = reshape(writer, transpose(writer, convolved, 0, 2, 3, 1), -1, width);
  const normed = part.innerNorm ? writeNorm(part.innerNorm, rows, context) : rows;
  return { output: writePointwise(part.pointwise, writeSilu(normed, context), context), time };
}
