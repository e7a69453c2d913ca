/** Runs one task of one session by itself: rehearsals and comparisons do without a scheduler. */
import type { SessionCore } from '../session/session-core.ts';
import type { EngineTask } from '../session/tasks.ts';
import type { SpeechModel } from '../vad/silero.ts';

/** @throws RtError asr_failed, resource_exhausted */
export async function completeTask(
  core: SessionCore,
  task: EngineTask,
  speechModel: SpeechModel,
): Promise<void> {
  if (task.kind === 'score') {
    core.scored(task.isSilent ? 0 : ((await speechModel.score([task.item]))[0] ?? Number.NaN));
    return;
  }
  if (task.kind === 'recognise') core.recognised((await task.recogniser.step([task.item]))[0] ?? false);
  else core.transcribed(task, (await task.recogniser.recognise([task.item]))[0]);
}
