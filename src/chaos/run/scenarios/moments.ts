/** Moments of a session at which losing its worker has lost words somewhere before. */
import { SAMPLE_RATE } from '../../../audio/frame.ts';
import type { Moment, PlanContext } from '../plan.ts';
import { pick } from '../session-program.ts';

export interface ChosenMoment {
  readonly label: string;
  readonly at: Moment;
}

const MS = SAMPLE_RATE / 1000;
/** As long before an utterance as its beginning may be kept back. */
const BEFORE_SPEECH_MS = 300;
/** What an answer takes: the fault comes before it, in the middle of it, or just behind. */
const ANSWER_MS = 30;

type Choose = (context: PlanContext, session: number) => ChosenMoment | undefined;

const beforeSpeech: Choose = ({ random, programs }, session) => {
  const first = pick(random, programs[session]?.utterances ?? [])?.[0];
  if (first === undefined) return undefined;
  const sample = Math.max(0, first.startSample - Math.floor(random() * BEFORE_SPEECH_MS * MS));
  return { label: `before word ${first.id}`, at: { on: 'sample', session, sample } };
};

const insideWord: Choose = ({ random, programs }, session) => {
  const word = pick(random, programs[session]?.words ?? []);
  if (word === undefined) return undefined;
  const sample = word.startSample + Math.floor(random() * (word.endSample - word.startSample));
  return { label: `inside word ${word.id}`, at: { on: 'sample', session, sample } };
};

const afterFinal: Choose = ({ random, programs }, session) => {
  const finals = programs[session]?.utterances.length ?? 0;
  if (finals === 0) return undefined;
  const nth = 1 + Math.floor(random() * finals);
  return { label: `after final ${nth}`, at: { on: 'final', session, nth, delayMs: random() * ANSWER_MS } };
};

const duringFlush: Choose = ({ random, programs }, session) => {
  if (programs[session]?.flushSample === undefined) return undefined;
  return { label: 'during flush', at: { on: 'said', session, what: 'flush', delayMs: random() * ANSWER_MS } };
};

const duringEnd = ({ random }: PlanContext, session: number): ChosenMoment => ({
  label: 'during end',
  at: { on: 'said', session, what: 'end', delayMs: random() * ANSWER_MS },
});

const CHOICES: readonly Choose[] = [beforeSpeech, insideWord, afterFinal, duringFlush, duringEnd];

/** One moment of one session, each kind equally likely; `end` where the drawn kind has no place in this audio. */
export function chooseMoment(context: PlanContext): ChosenMoment {
  const session = Math.floor(context.random() * context.programs.length);
  const choose = pick(context.random, CHOICES) ?? duringEnd;
  return choose(context, session) ?? duringEnd(context, session);
}

/** A moment within the first `share` of the audio of one session. */
export function early({ random, programs }: PlanContext, share: number): ChosenMoment {
  const session = Math.floor(random() * programs.length);
  const sample = Math.floor(random() * share * (programs[session]?.pcm.length ?? 0));
  return { label: `at ${(sample / SAMPLE_RATE).toFixed(2)} s`, at: { on: 'sample', session, sample } };
}
