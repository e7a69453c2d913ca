/** The one line at the end of a stream, for a person. */
import { clockText } from './clock-text.ts';

/** What the line is made of; null where nothing was there to measure. */
export interface SummaryFigures {
  readonly audio_s: number;
  readonly finals: number;
  readonly first_partial_ms: number | null;
  readonly final_lag_p50_ms: number | null;
  readonly final_lag_p95_ms: number | null;
  readonly samples_sent: number;
  readonly samples_accounted: number;
  readonly seq_holes: number;
  readonly incomplete_at_s: readonly number[];
  readonly complete: boolean;
  readonly wer?: number;
}

const whole = (valueMs: number | null): string => (valueMs === null ? '–' : String(Math.round(valueMs)));

export interface SummaryOptions {
  readonly ascii: boolean;
  readonly normaliser: string | undefined;
  /** How long each resume took. */
  readonly resumedAfterMs?: readonly number[];
}

/** `✓ 3:10 audio · 41 finals · WER 6.1% (rt-basic-1) · first partial 212 ms · … · 1 resume (0.8 s)` */
export function summaryText(figures: SummaryFigures, options: SummaryOptions): string {
  const mark = figures.complete ? '✓' : '✗';
  const { wer } = figures;
  const parts = [
    `${mark} ${clockText(figures.audio_s)} audio`,
    `${String(figures.finals)} ${figures.finals === 1 ? 'final' : 'finals'}`,
    ...(wer === undefined ? [] : [`WER ${(wer * 100).toFixed(1)}% (${options.normaliser ?? ''})`]),
    `first partial ${whole(figures.first_partial_ms)} ms`,
    `final p50 ${whole(figures.final_lag_p50_ms)} / p95 ${whole(figures.final_lag_p95_ms)} ms`,
    figures.complete ? 'nothing lost' : lossText(figures),
    ...resumesText(options.resumedAfterMs ?? []),
  ];
  const line = parts.join(' · ');
  if (!options.ascii) return line;
  return line
    .replaceAll(' · ', ' | ')
    .replace(mark, figures.complete ? 'ok' : 'FAILED')
    .replaceAll('–', '-');
}

function resumesText(afterMs: readonly number[]): readonly string[] {
  if (afterMs.length === 0) return [];
  const seconds = afterMs.map((ms) => (ms / 1000).toFixed(1)).join(' + ');
  return [`${String(afterMs.length)} ${afterMs.length === 1 ? 'resume' : 'resumes'} (${seconds} s)`];
}

/** What is known to be missing of a stream that is not `complete`; never empty. */
export function lossText({
  samples_accounted,
  samples_sent,
  seq_holes,
  incomplete_at_s,
}: SummaryFigures): string {
  const losses = [
    ...(samples_accounted === samples_sent
      ? []
      : [`${String(samples_accounted)} of ${String(samples_sent)} samples accounted for`]),
    ...(seq_holes === 0 ? [] : [`${String(seq_holes)} ${seq_holes === 1 ? 'event' : 'events'} missing`]),
    ...(incomplete_at_s.length === 0
      ? []
      : [
          `words before ${incomplete_at_s.map(clockText).join(' and ')} may be missing: the resume was incomplete`,
        ]),
  ];
  return losses.length === 0 ? 'the session ended with an error' : losses.join(', ');
}
