/** Runs one task of one session by itself: rehearsals and comparisons do without a scheduler. */
import type { SessionCore } from '../session/session-core.ts';
import type { EngineTask } from '../session/tasks.ts';
import type { SpeechModel } from '../vad/silero.ts';

/** Nothing is left to do of what has been `judged`. @throws RtError asr_failed, resource_exhausted */
export async function completeTask(
  core: SessionCore,
  task: EngineTask | 'judged',
  speechModel: SpeechModel,
): Promise<void> {
  if (task === 'judged') return;
  if (task.kind === 'score') {
    const [probabilities] = await speechModel.score([task.item]);
    core.scored(probabilities ?? Float32Array.of(Number.NaN));
    return;
  }
  if (task.kind === 'recognise') core.recognised((await task.recogniser.step([task.item]))[0] ?? false);
  else core.transcribed(task, (await task.recogniser.recognise([task.item]))[0]);
}
