/** What signals mean: the first asks, the second is obeyed at once (143 or 130). */
import { RtError } from '../base/errors.ts';

export type StopSignal = 'SIGINT' | 'SIGTERM';

const EXIT_CODE: Readonly<Record<StopSignal, number>> = { SIGINT: 130, SIGTERM: 143 };

function onStopSignal(listener: (signal: StopSignal) => void): void {
  let isAsked = false;
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.on(signal, () => {
      if (isAsked) process.exit(EXIT_CODE[signal]);
      isAsked = true;
      listener(signal);
    });
  }
}

/** For servers: resolves at the first signal; a second one ends the process. */
export function firstStopSignal(): Promise<StopSignal> {
  return new Promise((resolve) => {
    onStopSignal(resolve);
  });
}

/** For clients: aborted at the first signal with the reason `interrupted`; a second one ends the process. */
export function abortOnStopSignal(): AbortSignal {
  const controller = new AbortController();
  onStopSignal((signal) => {
    controller.abort(new Interruption(signal));
  });
  return controller.signal;
}

/** The command was told to stop; its exit code names the signal. */
export class Interruption extends RtError {
  readonly signal: StopSignal;
  readonly exitCode: number;

  constructor(signal: StopSignal) {
    super('interrupted', `Interrupted by ${signal}`);
    this.signal = signal;
    this.exitCode = EXIT_CODE[signal];
  }
}
