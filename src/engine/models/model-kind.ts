/** What kind of recogniser the files of a model are; not every kind has a loader. */
export type Family =
  | 'fastconformer-cache'
  | 'parakeet-segment'
  | 'parakeet-buffered'
  | 'whisper'
  | 'moonshine'
  | 'zipformer'
  | 'vad';

export type DecoderKind = 'ctc' | 'rnnt' | 'tdt' | 'aed' | 'none';
