import { describe, expect, it } from 'vitest';
import { RtError } from '../../src/base/errors.ts';
import { parseStreamQuery } from '../../src/protocol/query.ts';

const parse = (text: string): ReturnType<typeof parseStreamQuery> =>
  parseStreamQuery(new URLSearchParams(text));

function refusal(text: string): { code: string; message: string; hint: string | undefined } {
  try {
    parse(text);
  } catch (error) {
    if (error instanceof RtError) return { code: error.code, message: error.message, hint: error.hint };
    throw error;
  }
  throw new Error(`${text} was accepted`);
}

describe('parseStreamQuery', () => {
  it('[WIRE-10] gives every parameter its default', () => {
    expect(parse('')).toEqual({
      language: 'auto',
      model: 'fast',
      wordTimestamps: false,
      interimResults: true,
      enhanceOnEnd: false,
      encoding: 'pcm_s16le',
      sampleRate: 16_000,
      channels: 1,
      enableVad: true,
      vadThreshold: 0.5,
      minSpeechMs: 250,
      minSilenceMs: 500,
      prefixPaddingMs: 300,
      maxUtteranceMs: 30_000,
      acks: 'off',
      resume: false,
      vocabulary: [],
      token: undefined,
      room: undefined,
      speaker: undefined,
    });
  });

  it('reads every parameter', () => {
    const text =
      'language=pt-BR&model=openai/whisper-large-v3&word_timestamps=1&interim_results=false&enhance_on_end=true' +
      '&encoding=ogg_opus&sample_rate=48000&channels=2&enable_vad=0&vad_threshold=0.35&min_speech_ms=0' +
      '&min_silence_ms=32&prefix_padding_ms=2000&max_utterance_s=12.5&acks=step&resume=true' +
      '&vocabulary=%5B%22Dalston%22%2C%22N%C3%BCrnberg%22%5D&token=abc.def&room=r_1&speaker=anna';
    expect(parse(text)).toEqual({
      language: 'pt-BR',
      model: 'openai/whisper-large-v3',
      wordTimestamps: true,
      interimResults: false,
      enhanceOnEnd: true,
      encoding: 'ogg_opus',
      sampleRate: 48_000,
      channels: 2,
      enableVad: false,
      vadThreshold: 0.35,
      minSpeechMs: 0,
      minSilenceMs: 32,
      prefixPaddingMs: 2_000,
      maxUtteranceMs: 12_500,
      acks: 'step',
      resume: true,
      vocabulary: ['Dalston', 'Nürnberg'],
      token: 'abc.def',
      room: 'r_1',
      speaker: 'anna',
    });
  });

  it.each([
    ['language=', 'language'],
    ['language=english', 'language'],
    ['language=EN', 'language'],
    ['model=', 'model'],
    ['model=../../etc', 'model'],
    ['model=a%00b', 'model'],
    ['word_timestamps=yes', 'word_timestamps'],
    ['interim_results=', 'interim_results'],
    ['enable_vad=TRUE', 'enable_vad'],
    ['encoding=mp3', 'encoding'],
    ['sample_rate=banana', 'sample_rate'],
    ['sample_rate=7999', 'sample_rate'],
    ['sample_rate=48001', 'sample_rate'],
    ['sample_rate=16000.5', 'sample_rate'],
    ['sample_rate=1.6e4', 'sample_rate'],
    ['sample_rate=0x3e80', 'sample_rate'],
    ['sample_rate=-16000', 'sample_rate'],
    ['sample_rate=Infinity', 'sample_rate'],
    ['channels=0', 'channels'],
    ['channels=3', 'channels'],
    ['vad_threshold=0', 'vad_threshold'],
    ['vad_threshold=1', 'vad_threshold'],
    ['vad_threshold=NaN', 'vad_threshold'],
    ['min_speech_ms=5001', 'min_speech_ms'],
    ['min_silence_ms=31', 'min_silence_ms'],
    ['prefix_padding_ms=2001', 'prefix_padding_ms'],
    ['max_utterance_s=4.9', 'max_utterance_s'],
    ['max_utterance_s=30.1', 'max_utterance_s'],
    ['acks=steps', 'acks'],
    ['resume=2', 'resume'],
    ['vocabulary=word', 'vocabulary'],
    ['vocabulary=%5B1%5D', 'vocabulary'],
    ['vocabulary=%5B%22%22%5D', 'vocabulary'],
    [`vocabulary=${encodeURIComponent(JSON.stringify(['x'.repeat(51)]))}`, 'vocabulary'],
    [`vocabulary=${encodeURIComponent(JSON.stringify(Array(101).fill('x')))}`, 'vocabulary'],
    ['room=a%2Fb', 'room'],
    [`speaker=${'x'.repeat(65)}`, 'speaker'],
  ])('[WIRE-11] refuses %s by name', (text, name) => {
    expect(refusal(text).code).toBe('invalid_parameters');
    expect(refusal(text).message).toMatch(new RegExp(`^Parameter ${name} is ".*"; allowed: .+\\.$`));
  });

  it('[WIRE-11] says what was given and what is allowed', () => {
    expect(refusal('sample_rate=banana').message).toBe(
      'Parameter sample_rate is "banana"; allowed: a whole number from 8000 to 48000.',
    );
    expect(refusal('encoding=mp3').message).toBe(
      'Parameter encoding is "mp3"; allowed: pcm_s16le, pcm_f32le, mulaw, alaw, opus, ogg_opus.',
    );
  });

  it('[WIRE-11] shows no control characters and no long values', () => {
    const { message } = refusal(`model=${encodeURIComponent(`\u001b]0;owned\u0007\r\n${'x'.repeat(500)}`)}`);
    expect(message).toMatch(/^Parameter model is "\]0;ownedx{32}…"; allowed: /);
  });

  it('[WIRE-12] refuses an unknown parameter and lists the known ones', () => {
    expect(refusal('sample_rat=16000')).toMatchObject({
      code: 'invalid_parameters',
      message: 'Unknown parameter "sample_rat".',
      hint: expect.stringContaining('sample_rate') as string,
    });
    expect(refusal('__proto__=1').message).toBe('Unknown parameter "__proto__".');
    expect(refusal('toString=1').message).toBe('Unknown parameter "toString".');
  });

  it('[WIRE-12] refuses a parameter that is given twice, even with the same value', () => {
    expect(refusal('model=fast&model=fast').message).toBe('Parameter model is given more than once.');
  });

  it('[WIRE-13] never shows a token', () => {
    expect(refusal('token=top%20secret').message).toBe(
      'Parameter token is malformed; allowed: at most 4096 printable ASCII characters.',
    );
  });
});
