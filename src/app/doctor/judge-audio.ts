/** What is to be said of the audio of this machine. Pure. */
import { type AudioFacts, type ResamplerFacts, TONE_LEVEL, TONE_SAMPLES } from './audio-facts.ts';
import { type Finding, fail, ok, skip } from './finding.ts';

export function judgeAudio({ ffmpeg, recorders, cards, resampler }: AudioFacts): readonly Finding[] {
  return [
    judgeResampler(resampler),
    ffmpeg === undefined
      ? skip('ffmpeg', 'not installed; WAV and raw audio are read without it', {
          hint: 'To stream anything else, install it.',
          fix: 'apt-get install ffmpeg',
        })
      : ok('ffmpeg', ffmpeg),
    recorders.length === 0
      ? skip('recorder', 'none of arecord, parecord, pw-record and rec is installed', {
          hint: 'To stream a microphone, install one and pipe it: arecord -f S16_LE -r 16000 -c 1 -t raw | rt stream -',
          fix: 'apt-get install alsa-utils',
        })
      : ok('recorder', recorders.join(', ')),
    judgeCards(cards),
  ];
}

function judgeCards(cards: AudioFacts['cards']): Finding {
  if (cards === undefined) return skip('devices', 'this system does not tell');
  return cards.length === 0
    ? skip('devices', 'no sound card; servers need none')
    : ok('devices', cards.join(', '));
}

function judgeResampler(facts: ResamplerFacts): Finding {
  const hint = 'The resampler of this installation is damaged: install rt again.';
  if (facts.type === 'broken') return fail('resampler', facts.reason, { hint });
  const { samples, keptLevel, removedLevel } = facts;
  const isKept = Math.abs(keptLevel - TONE_LEVEL) < TONE_LEVEL / 50;
  const isRemoved = removedLevel < TONE_LEVEL / 1000;
  if (samples === TONE_SAMPLES && isKept && isRemoved) {
    return ok('resampler', '48 kHz to 16 kHz: a tone of 1 kHz is kept, one of 11 kHz is gone');
  }
  const percent = (level: number): string => `${((100 * level) / TONE_LEVEL).toFixed(1)} %`;
  return fail(
    'resampler',
    `${String(samples)} of ${String(TONE_SAMPLES)} samples, 1 kHz at ${percent(keptLevel)}, 11 kHz at ${percent(removedLevel)}`,
    { hint },
  );
}
