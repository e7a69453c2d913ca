/**
 * Imports a streaming model: its encoder is rewritten into a delta graph, held against the file it came from,
 * timed, and put into a folder of its own with everything else the model needs.
 *
 * Always true: the folder is complete or absent, and what is in it is either proven on this machine or the file as
 * it was, with the reason in its card.
 */
import { copyFile, mkdir, readdir, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type { Clock } from '../../base/clock.ts';
import { messageOf, RtError } from '../../base/errors.ts';
import { isDelta } from '../../engine/asr/streaming/delta-card.ts';
import type { OpenEncoder } from '../../engine/asr/streaming/open-encoder.ts';
import { openCtcEncoder, openTransducerEncoder } from '../../engine/asr/streaming/open-encoder.ts';
import { readEncoderCard } from '../../engine/asr/streaming/streaming-card.ts';
import { findNemoFiles, type NemoFiles } from '../../engine/models/nemo-files.ts';
import { readOnnxMetadata } from '../../engine/models/onnx-metadata.ts';
import { type Graph, type GraphOptions, loadGraph } from '../../engine/onnx.ts';
import { placesOf } from '../models-folder.ts';
import { compareWith, hearReference, objectionTo, type Reference } from './compare-encoders.ts';
import { companionsOf, externalWeights } from './companion-files.ts';
import { machinePrefersSigned } from './cpu-flags.ts';
import { writeImportCard } from './import-card.ts';
import type { ImportOutcome } from './import-outcome.ts';
import { proofRecordings } from './proof-audio.ts';
import { rewriteEncoder } from './rewrite-encoder.ts';
import { speedUp, timeSteps } from './time-steps.ts';

export interface ImportRequest {
  /** Folder of a model, or its encoder. */
  readonly path: string;
  readonly modelsDir: string;
  /** Folder to make, in place of one below `modelsDir`. */
  readonly out: string | undefined;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  readonly onStage: (text: string) => void;
}

const BATCHES = [1, 4, 8, 16];
/** A rewritten graph must be so much faster to be worth another file. */
const WORTHWHILE = 1.05;
const OPTIONS: GraphOptions = { provider: 'cpu', intraOpThreads: 1 };

/**
 * @throws RtError model_invalid for a file that is no streaming model, usage for a folder that is not empty,
 * config_invalid for one that cannot be made, or the signal's reason
 */
export async function importModel(request: ImportRequest): Promise<ImportOutcome> {
  const files = await findNemoFiles(request.path);
  const metadata = await readOnnxMetadata(files.encoder);
  if (isDelta(metadata)) {
    throw new RtError('usage', `${files.encoder} is a delta graph already`, { hint: 'Serve it as it is.' });
  }
  const { folder, staging } = placesOf(`${files.family}-delta`, {
    modelsDir: request.modelsDir,
    to: request.out,
  });
  await makeStaging(folder, staging);
  try {
    const outcome = await fill({ request, files, metadata, folder, staging });
    await rm(folder, { recursive: true, force: true });
    await rename(staging, folder);
    return outcome;
  } finally {
    await rm(staging, { recursive: true, force: true });
  }
}

interface Job {
  readonly request: ImportRequest;
  readonly files: NemoFiles;
  readonly metadata: ReadonlyMap<string, string>;
  readonly folder: string;
  readonly staging: string;
}

async function makeStaging(folder: string, staging: string): Promise<void> {
  const present = await readdir(folder).catch(() => []);
  if (present.length > 0) {
    throw new RtError('usage', `${folder} is not empty`, {
      hint: 'Name another folder with --out, or remove that one first.',
    });
  }
  try {
    await rm(staging, { recursive: true, force: true });
    await mkdir(staging, { recursive: true });
  } catch (cause) {
    throw new RtError('config_invalid', `Cannot make the folder ${staging}: ${messageOf(cause)}`, {
      cause,
      hint: 'Name one this user may write to with --out or --dir (RT_MODELS_DIR).',
    });
  }
}

async function fill(job: Job): Promise<ImportOutcome> {
  const { files, metadata, folder, staging, request } = job;
  const graph = await loadGraph(files.encoder, OPTIONS);
  try {
    const plain = openEncoder(graph, { metadata, files });
    const verdict = await judge(job, graph, plain);
    if (verdict.kind === 'plain') {
      const encoder = basename(files.encoder);
      await removeAll(staging);
      for (const name of [encoder, ...(await externalWeights(files.encoder))]) {
        await copyFile(join(dirname(files.encoder), name), join(staging, name));
      }
    }
    for (const path of await companionsOf(files)) await copyFile(path, join(staging, basename(path)));
    const outcome = { ...verdict, folder, encoder: basename(files.encoder) };
    await writeImportCard(staging, { outcome, files, clock: request.clock });
    return outcome;
  } finally {
    await graph.release();
  }
}

type Verdict = Omit<ImportOutcome, 'folder' | 'encoder'>;

/** Rewritten in the fastest way first, then in the nearest one. */
async function judge(job: Job, graph: Graph, plain: Opened): Promise<Verdict> {
  const { request, files, metadata, staging } = job;
  const { signal, onStage } = request;
  let reference: Reference | undefined;
  for (const quantiseRest of [true, false]) {
    onStage(`Rewriting ${basename(files.encoder)}`);
    const graphName = basename(files.encoder);
    const rewritten = await rewriteEncoder({
      path: files.encoder,
      card: readEncoderCard(graph, metadata),
      folder: staging,
      graphName,
      weightsName: `${graphName}.weights`,
      signed: machinePrefersSigned(),
      quantiseRest,
    });
    signal.throwIfAborted();
    if (rewritten.kind === 'unknown-pattern')
      return { ...KEPT, reason: `unknown pattern: ${rewritten.reason}` };
    const { quantised, layers } = rewritten;
    onStage('Comparing with the original');
    reference ??= await listen(plain, { quantised, signal });
    const verdict = await prove(job, plain, reference);
    if (verdict.kind === 'delta' || !quantised || !quantiseRest) return { ...verdict, layers };
    onStage(`Once more: ${verdict.reason}`);
  }
  throw new RtError('internal_error', 'Every way of rewriting was tried and none judged');
}

async function listen(
  { encoder, blankId }: Opened,
  how: { readonly quantised: boolean; readonly signal: AbortSignal },
): Promise<Reference> {
  const recordings = await proofRecordings(encoder.shape);
  return await hearReference(encoder, { ...how, recordings, blankId });
}

const KEPT = { kind: 'plain', layers: undefined, proof: undefined, steps: [] } as const;

async function prove(
  { request, files, staging }: Job,
  plain: Opened,
  reference: Reference,
): Promise<Verdict> {
  const { signal, clock, onStage } = request;
  const path = join(staging, basename(files.encoder));
  const graph = await loadGraph(path, OPTIONS);
  try {
    const delta = openEncoder(graph, { metadata: await readOnnxMetadata(path), files });
    const proof = await compareWith(reference, delta.encoder);
    signal.throwIfAborted();
    const objection = objectionTo(proof);
    if (objection !== undefined) return { ...KEPT, proof, reason: `not the same: ${objection}` };
    onStage('Timing both');
    const batches = BATCHES.filter((batch) => batch <= plain.encoder.maxBatch);
    const window = reference.recordings[0]?.[0] ?? new Float32Array(0);
    const steps = await timeSteps({ plain: plain.encoder, delta: delta.encoder, batches, window, clock });
    const faster = speedUp(steps);
    return faster >= WORTHWHILE
      ? { kind: 'delta', reason: undefined, layers: undefined, proof, steps }
      : { ...KEPT, proof, steps, reason: `not faster: ${faster.toFixed(2)} times the speed` };
  } finally {
    await graph.release();
  }
}

interface Opened extends Pick<OpenEncoder<unknown>, 'encoder'> {
  readonly blankId: number | undefined;
}

function openEncoder(
  graph: Graph,
  { metadata, files }: { readonly metadata: ReadonlyMap<string, string>; readonly files: NemoFiles },
): Opened {
  if (files.joint !== undefined) return { ...openTransducerEncoder(graph, metadata), blankId: undefined };
  const { encoder, card } = openCtcEncoder(graph, metadata);
  return { encoder, blankId: card.vocabularySize };
}

async function removeAll(folder: string): Promise<void> {
  for (const name of await readdir(folder)) await rm(join(folder, name), { recursive: true });
}
