/** The microphones of this machine. */
import type { AudioDevice } from '../audio/microphone/devices.ts';
import { decideRecorder } from '../audio/microphone/recorder.ts';
import { listDevices, surveyRecorders } from '../audio/microphone/survey.ts';
import { RtError } from '../base/errors.ts';

/** The default one first, what is played last. @throws RtError component_missing where nothing can record or list */
export async function audioDevices(): Promise<readonly AudioDevice[]> {
  const facts = await surveyRecorders();
  const devices = await listDevices(facts);
  if (devices !== undefined) {
    return devices.toSorted((a, b) => rank(a) - rank(b));
  }
  const decision = decideRecorder(facts);
  throw new RtError('component_missing', 'There is no program that lists microphones', {
    hint:
      decision.type === 'missing' ? decision.install : `${decision.program} records from the default one.`,
  });
}

function rank({ isDefault, isMonitor }: AudioDevice): number {
  if (isDefault) return 0;
  return isMonitor ? 2 : 1;
}
