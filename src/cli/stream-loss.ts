/** What of a stream is missing or doubled, for `--fail-on-loss`. */
import { lossText, type SummaryFigures } from './summary-text.ts';

export interface LossFigures {
  readonly summary: SummaryFigures & { readonly resumes: number };
  /** Ids of words of beacon audio. */
  readonly beacon: { readonly lost: readonly number[]; readonly doubled: readonly number[] } | undefined;
}

/** Undefined when nothing is. */
export function streamLossText({ summary, beacon }: LossFigures): string | undefined {
  const words = (ids: readonly number[], what: string): string[] =>
    ids.length === 0 ? [] : [`${count(ids.length, 'word')} ${what}: ${ids.slice(0, 10).join(' ')}`];
  const beaconLoss = [...words(beacon?.lost ?? [], 'lost'), ...words(beacon?.doubled ?? [], 'doubled')];
  if (summary.complete && beaconLoss.length === 0) return undefined;
  const streamLoss = summary.complete ? [] : [lossText(summary)];
  const resumes = summary.resumes === 0 ? [] : [count(summary.resumes, 'resume')];
  return [...streamLoss, ...resumes, ...beaconLoss].join(', ');
}

function count(number: number, noun: string): string {
  return `${String(number)} ${noun}${number === 1 ? '' : 's'}`;
}
