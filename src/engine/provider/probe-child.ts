/**
 * Entry of a probe process: tries one provider, says how it went, and ends. It is a process of its own because a bad
 * driver may abort or hang it; what the runtime and the driver print on stderr is the reason then.
 */
import { systemClock } from '../../base/clock.ts';
import { messageOf } from '../../base/errors.ts';
import type { FromProbe, ToProbe } from './probe-messages.ts';
import { runProbe } from './probe-run.ts';

async function answer(request: ToProbe): Promise<FromProbe> {
  try {
    return await runProbe(request, systemClock);
  } catch (error) {
    const cause = error instanceof Error ? error.cause : undefined;
    return { type: 'failed', message: messageOf(cause ?? error) };
  }
}

/** Not by exit: what drivers do at the end of a process is one more place where they crash or hang. */
function end(): void {
  process.kill(process.pid, 'SIGKILL');
}

process.once('disconnect', end);
process.once('message', (request) => {
  void answer(request as ToProbe).then((outcome) => process.send?.(outcome, end));
});
