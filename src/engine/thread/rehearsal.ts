/**
 * One session of synthetic audio before the first real one, so that the code on the path of every
 * sample is compiled when somebody waits for it.
 */
import { SAMPLE_RATE } from '../../audio/frame.ts';
import { completeTask } from '../batch/complete-task.ts';
import type { Recognition } from '../session/recognition.ts';
import { SessionCore } from '../session/session-core.ts';
import type { SpeechModel } from '../vad/silero.ts';

const SECONDS = 3;

export async function rehearse(recognition: Recognition, speechModel: SpeechModel): Promise<void> {
  for (const vad of [true, false]) {
    const core = new SessionCore(
      { recognition, emit: () => undefined },
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
    for (let task = core.next(); task; task = core.next()) await completeTask(core, task, speechModel);
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
