/** The fault of a model file whose tensors or metadata are not those of a family. */
import { RtError } from '../../../base/errors.ts';

/** @param what the metadata key or the tensor that does not fit, and how */
export function unfitModel(what: string, cause?: unknown): RtError {
  return new RtError('model_invalid', `Not a model this engine knows: ${what}`, {
    cause,
    hint: 'docs/engine.md lists the model families and the tensors and metadata they need.',
  });
}
