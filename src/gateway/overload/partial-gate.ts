/** Lets every second partial of a session through while its gateway is overloaded (docs/sessions.md, OVL-2). */
import type { Warning } from '../../protocol/server-messages.ts';
import type { OverloadLevel } from './levels.ts';

export interface PartialGate {
  /** Whether the next partial is sent. */
  passes(): boolean;
  /** The utterance is over: the first partial of the next one is sent. */
  startAgain(): void;
}

export interface PartialGateParts {
  readonly overload: { readonly level: OverloadLevel };
  /** Called once, when the first partial is left out. */
  readonly onHalved: (warning: Warning) => void;
}

export function createPartialGate({ overload, onHalved }: PartialGateParts): PartialGate {
  let isNextLeftOut = false;
  let isTold = false;
  return {
    passes() {
      if (overload.level === 0 || !isNextLeftOut) {
        isNextLeftOut = true;
        return true;
      }
      isNextLeftOut = false;
      if (!isTold) {
        isTold = true;
        onHalved({
          type: 'warning',
          code: 'degraded',
          message: 'This gateway is overloaded: every second partial is left out, finals are not',
          partials: 'half',
        });
      }
      return false;
    },
    startAgain() {
      isNextLeftOut = false;
    },
  };
}
