/** An outcome as monitors read it. Pure. */
import { safeText } from '../../base/terminal-text.ts';
import { type CheckOutcome, type CheckState, figure, type Measure } from './outcome.ts';

/** Exit codes of the plugins of Nagios and its kin. */
export const NAGIOS_EXIT: Readonly<Record<CheckState, number>> = {
  ok: 0,
  warning: 1,
  critical: 2,
  unknown: 3,
};

/** Why, or what is the case when all is well. */
export function reasonOf({ problems, summary }: CheckOutcome): string {
  return problems.length === 0 ? summary : problems.map(({ text }) => text).join('; ');
}

/** One line with performance data: `RT CLUSTER OK - 2 workers … | slots_free=7;1:;0:;0`. */
export function nagiosLine(outcome: CheckOutcome): string {
  const { check, state, measures } = outcome;
  // A bar ends the text, and a line ends the answer.
  const text = safeText(reasonOf(outcome)).replaceAll('|', '/');
  const data = measures.map(performanceData).join(' ');
  return `RT ${check.toUpperCase()} ${state.toUpperCase()} - ${text}${data === '' ? '' : ` | ${data}`}`;
}

/** `label=value[unit];warn;crit;min`; a bound with a colon behind it is the least that is well. */
function performanceData({ name, unit, value, bound }: Measure): string {
  const number = (each: number): string => String(Math.round(each * 1000) / 1000);
  const limit = (each: number | undefined): string =>
    each === undefined ? '' : `${number(each)}${bound?.side === 'least' ? ':' : ''}`;
  const signed = value < 0 ? '' : ';0';
  return `${name}=${number(value)}${unit};${limit(bound?.warn)};${limit(bound?.crit)}${signed}`;
}

/** The state, then a line for each problem. */
export function checkLines(outcome: CheckOutcome): readonly string[] {
  const { check, subject, state, problems, summary, measures } = outcome;
  const name = subject === '' || summary.startsWith(subject) ? check : `${check} ${subject}`;
  const head = `${state.toUpperCase()}  ${name}${summary === '' ? '' : `: ${summary}`}`;
  const width = Math.max(0, ...measures.map((each) => each.name.length));
  return [
    head,
    ...problems.map((problem) => `  ${problem.state.toUpperCase()}  ${problem.text}`),
    ...measures.map((each) => `  ${each.name.padEnd(width)}  ${figure(each, each.value)}`),
  ].map((line) => safeText(line));
}
