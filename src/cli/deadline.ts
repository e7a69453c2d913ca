/** `--timeout`: a bound on the whole command. */
import { RtError } from '../base/errors.ts';
import { formatDuration } from '../config/durations.ts';

/** `signal`, aborted with the fault `timeout` as well once the time is over. */
export function withDeadline(signal: AbortSignal, timeoutMs: number | undefined): AbortSignal {
  if (timeoutMs === undefined) return signal;
  const controller = new AbortController();
  const fault = new RtError(
    'timeout',
    `The command took longer than --timeout ${formatDuration(timeoutMs)}`,
    {
      hint: 'Give it more time with --timeout.',
    },
  );
  setTimeout(() => controller.abort(fault), timeoutMs).unref();
  return AbortSignal.any([signal, controller.signal]);
}
