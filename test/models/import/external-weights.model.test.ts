/** Models whose weights lie in another file, as those of more than 2 GiB must. */
import { mkdtemp, rm, truncate } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { readEncoderCard } from '../../../src/engine/asr/streaming/streaming-card.ts';
import { readOnnxMetadata } from '../../../src/engine/models/onnx-metadata.ts';
import { loadGraph } from '../../../src/engine/onnx.ts';
import { decodeModel } from '../../../src/models/import/onnx-schema.ts';
import { rewriteEncoder } from '../../../src/models/import/rewrite-encoder.ts';
import { readSourceModel } from '../../../src/models/import/source-model.ts';
import { writeGraph } from '../../../src/models/import/write-graph.ts';

const INLINE = 'fixtures/models/streaming-ctc-s/model.onnx';

let folder: string;
let path: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rt-external-'));
  path = join(folder, 'model.onnx');
  const source = readSourceModel(INLINE);
  const { graph } = decodeModel(readFileSync(INLINE));
  const weights = graph.initializer.map(({ name }) => source.constant(name)!);
  const content = { nodes: graph.node, weights, inputs: graph.input, outputs: graph.output };
  const { opset, irVersion, metadata } = source;
  const names = { graphName: 'model.onnx', weightsName: 'model.onnx.data' };
  await writeGraph(content, { folder, ...names, opset, irVersion, metadata });
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function rewritten(model: string, graphName: string): Promise<string> {
  const graph = await loadGraph(model, { provider: 'cpu', intraOpThreads: 1 });
  const card = readEncoderCard(graph, await readOnnxMetadata(model));
  await graph.release();
  const weightsName = `${graphName}.weights`;
  const request = { path: model, card, folder, graphName, weightsName, signed: true, quantiseRest: true };
  const outcome = await rewriteEncoder(request);
  if (outcome.kind !== 'written') throw new Error(outcome.reason);
  return outcome.graph.weights.sha256;
}

it('[ENG-77] are rewritten to the same weights as with everything in one file', async () => {
  expect(await rewritten(path, 'external.delta.onnx')).toBe(await rewritten(INLINE, 'inline.delta.onnx'));
});

it('are named when their file is cut short', async () => {
  await truncate(join(folder, 'model.onnx.data'), 1000);
  const source = readSourceModel(path);
  const last = decodeModel(readFileSync(path)).graph.initializer.findLast(
    ({ dataLocation }) => dataLocation === 1,
  )!;
  expect(() => source.constant(last.name)!.bytes()).toThrow('it is cut short');
});
