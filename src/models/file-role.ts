/** What a file of a model is for, by the names exporters give. */
import type { FileRole } from './catalogue-entry.ts';

const ROLES: readonly (readonly [pattern: RegExp, role: FileRole])[] = [
  [/\.onnx[._]data$|\.data$|\.weights$/, 'weights'],
  [/^decoder_joint.*\.onnx$/, 'decoder-joint'],
  [/^joiner.*\.onnx$/, 'joiner'],
  [/^(?:encoder|encode\b).*\.onnx$/, 'encoder'],
  [/decode(?:r)?.*\.onnx$/, 'decoder'],
  [/^(?:preprocess|nemo\d+).*\.onnx$/, 'preprocessor'],
  [/\.(?:onnx|ort)$/, 'graph'],
  [/^(?:tokens|vocab)\.txt$/, 'tokens'],
  [/^(?:tokenizer\.json|tokenizer\.model|bpe\.model|vocab\.json|merges\.txt)$/, 'tokenizer'],
  [/^(?:config|generation_config|preprocessor_config|streaming_config)\.json$/, 'config'],
  [/^(?:licen[cs]e|notice)(?:\.(?:md|txt))?$/i, 'licence'],
];

/** The role of the file called `name`; undefined for what is no part of a model. */
export function roleOf(name: string): FileRole | undefined {
  return ROLES.find(([pattern]) => pattern.test(name))?.[1];
}
