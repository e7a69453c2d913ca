/** How the scores of a joint network are to be read: how many are tokens, how many durations. */
import { type Metadata, optionalInteger } from '../../models/resolve/metadata-values.ts';
import { unfitModel } from '../../models/resolve/unfit-model.ts';
import { expectVocabulary, type Vocabulary } from '../vocabulary.ts';
import type { TransducerRules } from './greedy-scan.ts';

/** NeMo's default for greedy decoding. */
const MAX_SYMBOLS = 10;
/** Durations of the published TDT models, 0 to 4, where nothing else tells an RNNT from a TDT. */
const USUAL_DURATIONS = 5;

/**
 * Scores behind the tokens and the blank are durations, 0 frames and up: then it is a TDT.
 * @param width scores of one frame
 * @param metadata with `vocab_size`, or `config_model_type` from a config.json
 * @throws RtError model_invalid when the vocabulary is not the model's
 */
export function transducerRules(width: number, vocabulary: Vocabulary, metadata: Metadata): TransducerRules {
  const told = optionalInteger(metadata, 'vocab_size');
  if (told !== undefined) expectVocabulary(vocabulary, told);
  const classes = vocabulary.size + 1;
  const durations = width - classes;
  if (!isDurationCount(durations, told !== undefined, metadata.get('config_model_type'))) {
    throw unfitModel(
      `the vocabulary has ${vocabulary.size} tokens, the joint network gives ${width} scores: those of the tokens, a blank and, for TDT, durations`,
    );
  }
  return {
    classes,
    blankId: vocabulary.blankId,
    durations: Array.from({ length: durations }, (_, frames) => frames),
    maxSymbols: MAX_SYMBOLS,
  };
}

function isDurationCount(count: number, isVocabularyKnown: boolean, modelType = ''): boolean {
  if (/rnnt$/.test(modelType)) return count === 0;
  if (isVocabularyKnown || /tdt$/.test(modelType)) return count >= 0;
  return count === 0 || count === USUAL_DURATIONS;
}
