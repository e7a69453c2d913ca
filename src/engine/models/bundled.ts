/** Where the models that come with the package lie. */
import { fileURLToPath } from 'node:url';

const folder = new URL('../../../models/', import.meta.url);

/** The bundled recogniser: fp32 compute, so that what shares a batch never changes a transcript. */
export const BUNDLED_MODEL_PATH: string = fileURLToPath(new URL('rt-tiny-en/model.160ms.delta.onnx', folder));

export const SILERO_VAD_PATH: string = fileURLToPath(
  new URL('silero-vad/silero_vad_16k.folded.onnx', folder),
);
