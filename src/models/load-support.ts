/** Which families this build can run. The loader in src/engine/models decides; this says it before a pull. */
import type { DecoderKind, Family } from '../engine/models/model-kind.ts';

type Kind = `${Family}/${DecoderKind}`;

const LOADABLE: ReadonlySet<Kind> = new Set<Kind>([
  'fastconformer-cache/ctc',
  'fastconformer-cache/rnnt',
  'parakeet-segment/ctc',
  'parakeet-segment/rnnt',
  'parakeet-segment/tdt',
  'whisper/aed',
  'vad/none',
]);

export function canLoad(family: Family, decoder: DecoderKind): boolean {
  return LOADABLE.has(`${family}/${decoder}`);
}
