/** What `rt up` and its worker processes say to each other. The first message to the child is its `WorkerOptions`. */
import type { RtErrorCode } from '../base/errors.ts';

export type FromWorkerChild =
  | { readonly type: 'ready'; readonly id: string; readonly url: string }
  /** An operator wanted it to leave, and it ends; nobody starts it again. */
  | { readonly type: 'drained'; readonly outcome: 'drained' | 'deadline' }
  /** It could not start, and ends. */
  | {
      readonly type: 'failed';
      readonly code: RtErrorCode;
      readonly message: string;
      readonly hint: string | undefined;
    };
