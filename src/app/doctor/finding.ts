/** What one check of `rt doctor` found. */

export type FindingStatus = 'ok' | 'warn' | 'fail' | 'skip';

export interface Finding {
  /** What was looked at, in one word or two. */
  readonly name: string;
  readonly status: FindingStatus;
  /** What is the case. */
  readonly text: string;
  /** What to do; with `ok` and `skip` a note. */
  readonly hint?: string | undefined;
  /** A command that does it. */
  readonly fix?: string | undefined;
}

interface Advice {
  readonly hint?: string | undefined;
  readonly fix?: string | undefined;
}

type Conclude = (name: string, text: string, advice?: Advice) => Finding;

const finding =
  (status: FindingStatus): Conclude =>
  (name, text, advice = {}) => ({ name, status, text, ...advice });

/** As it should be; a hint is a note. */
export const ok: Conclude = finding('ok');
/** Works, but promises may break. */
export const warn: Conclude = finding('warn');
/** Does not work. */
export const fail: Conclude = finding('fail');
/** Could not be looked at, or is not there and need not be. */
export const skip: Conclude = finding('skip');

/** The gravest status; `ok` of none. What was skipped is no problem. */
export function worstOf(findings: readonly Pick<Finding, 'status'>[]): 'ok' | 'warn' | 'fail' {
  if (findings.some(({ status }) => status === 'fail')) return 'fail';
  return findings.some(({ status }) => status === 'warn') ? 'warn' : 'ok';
}
