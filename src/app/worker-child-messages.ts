/** What `rt up` and its worker processes say to each other. The first message to the child is its `WorkerOptions`. */
import type { RtErrorCode } from '../base/errors.ts';

export type FromWorkerChild =
  | { readonly type: 'ready'; readonly id: string; readonly url: string }
  /** It could not start, and ends. */
  | {
      readonly type: 'failed';
      readonly code: RtErrorCode;
      readonly message: string;
      readonly hint: string | undefined;
    };
