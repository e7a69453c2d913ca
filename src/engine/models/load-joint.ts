/** Loads the predictor and joint network of a transducer, from one graph or two. */
import { createFusedJoint } from '../asr/transducer/fused-joint.ts';
import type { TransducerRules } from '../asr/transducer/greedy-scan.ts';
import type { Joint } from '../asr/transducer/joint.ts';
import { createSplitJoint } from '../asr/transducer/split-joint.ts';
import { transducerRules } from '../asr/transducer/transducer-rules.ts';
import type { Vocabulary } from '../asr/vocabulary.ts';
import type { GraphShelf } from './graph-shelf.ts';
import type { JointFiles } from './nemo-files.ts';
import type { Metadata } from './resolve/metadata-values.ts';

export interface JointSource {
  readonly files: JointFiles<string>;
  readonly metadata: Metadata;
  readonly vocabulary: Vocabulary;
  /** Width of the encoder's frames, where its graph says it. */
  readonly encodedWidth: number | undefined;
}

export interface LoadedJoint {
  /** Its memories are its own: nothing else looks into one. */
  readonly joint: Joint<unknown>;
  readonly rules: TransducerRules;
}

/** @throws RtError model_invalid; asr_failed when the graphs do not run together */
export async function loadJoint(shelf: GraphShelf, source: JointSource): Promise<LoadedJoint> {
  const joint = await createJoint(shelf, source);
  return { joint, rules: transducerRules(joint.width, source.vocabulary, source.metadata) };
}

async function createJoint(shelf: GraphShelf, source: JointSource): Promise<Joint<unknown>> {
  const { files, metadata, encodedWidth } = source;
  const shared = { metadata, encodedWidth, blankId: source.vocabulary.blankId };
  if (files.kind === 'fused') {
    return createFusedJoint({ ...shared, decoderJoint: await shelf.load(files.decoderJoint) });
  }
  const predictor = await shelf.load(files.predictor);
  return createSplitJoint({ ...shared, predictor, joiner: await shelf.load(files.joiner) });
}
