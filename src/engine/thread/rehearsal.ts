/**
 * One session of synthetic audio before the first real one, so that the code on the path of every
 * sample is compiled when somebody waits for it.
 */
import { SAMPLE_RATE } from '../../audio/frame.ts';
import type { NemoMel } from '../asr/mel/nemo-mel.ts';
import type { Recogniser } from '../asr/recogniser.ts';
import { SessionCore } from '../session/session-core.ts';
import type { SpeechModel } from '../vad/silero.ts';

const SECONDS = 3;

export async function rehearse(models: {
  readonly speechModel: SpeechModel;
  readonly recogniser: Recogniser;
  readonly mel: NemoMel;
}): Promise<void> {
  for (const vad of [true, false]) {
    const core = new SessionCore(
      { ...models, emit: () => undefined },
      {
        model: '',
        language: 'auto',
        partials: true,
        vad,
        vadThreshold: 0.5,
        minSpeechMs: 250,
        minSilenceMs: 500,
        prefixPaddingMs: 300,
        maxUtteranceMs: 30_000,
        fromSample: 0,
        historySamples: 0,
      },
    );
    core.push(buzz(SECONDS * SAMPLE_RATE));
    core.control({ type: 'end' });
    for (let task = core.next(); task; task = core.next()) {
      if (task.kind === 'score') core.scored((await models.speechModel.score([task.item]))[0] ?? 0);
      else core.recognised((await models.recogniser.step([task.item]))[0] ?? false);
    }
  }
}

/** A falling buzz: harmonics that no silence shortcut can skip. */
function buzz(samples: number): Int16Array {
  return Int16Array.from({ length: samples }, (_, i) => {
    const t = i / SAMPLE_RATE;
    const phase = 2 * Math.PI * (180 * t - 15 * t * t);
    return 6000 * (Math.sin(phase) + 0.5 * Math.sin(2 * phase) + 0.3 * Math.sin(7 * phase));
  });
}
