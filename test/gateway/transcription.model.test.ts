import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { int16ToS16le } from '../../src/audio/pcm.ts';
import type { AsrEngine } from '../../src/engine/asr-engine.ts';
import { startBundledEngine, startCluster, type TestCluster } from '../support/cluster.ts';
import { readClip } from '../support/engine.ts';
import type { Told } from '../support/stream-client.ts';

let engine: AsrEngine;
let cluster: TestCluster;
let clip: Uint8Array;
beforeAll(async () => {
  engine = await startBundledEngine();
  cluster = await startCluster({ engine });
  clip = int16ToS16le(await readClip('fixtures/audio/two-utterances.wav'));
});
afterAll(async () => {
  await cluster.stop();
  await engine.close();
});

/** The bundled model is tiny: of the first word it is not always sure. */
const WORDS = /two three four five six seven eight nine zero$/;

const MESSAGES: readonly (readonly [string, readonly number[]])[] = [
  ['in one second each', [32_000]],
  ['in 100 ms each', [3200]],
  ['in odd bytes', [3201]],
  ['in one sample to 4000', [2, 8000, 640, 14, 4096]],
  ['in sizes inside of samples', [1, 7, 999, 3333, 63, 6001]],
];

async function transcribe(
  audio: Uint8Array,
  options: { readonly sizes: readonly number[]; readonly query?: Readonly<Record<string, string>> },
): Promise<readonly Told[]> {
  const client = await cluster.begin(options.query);
  for (let at = 0, index = 0; at < audio.length; index++) {
    const size = options.sizes[index % options.sizes.length] ?? audio.length;
    client.send(audio.subarray(at, at + size));
    at += size;
  }
  client.send({ type: 'end' });
  expect(await client.closed).toMatchObject({ code: 1000 });
  return client.told;
}

/** Events without what differs between any two sessions. */
const spoken = (told: readonly Told[]): readonly Told[] =>
  told.filter(({ type }) => type !== 'ack').map((event) => ({ ...event, session_id: '' }));

describe('transcription through gateway and worker', () => {
  let whole: readonly Told[];
  beforeAll(async () => {
    whole = spoken(await transcribe(clip, { sizes: [60_000] }));
  });

  it('[SES-1] finds both utterances and their words', () => {
    const types = whole.map(({ type }) => type).filter((type) => type !== 'transcript.partial');
    expect(types).toEqual([
      'session.begin',
      'vad.speech_start',
      'vad.speech_end',
      'transcript.final',
      'vad.speech_start',
      'vad.speech_end',
      'transcript.final',
      'session.end',
    ]);
    expect(whole.at(-1)).toMatchObject({ transcript: expect.stringMatching(WORDS) });
    expect(whole.filter(({ type }) => type === 'transcript.partial').length).toBeGreaterThan(3);
  });

  it.each(MESSAGES)('[SES-10] says the same of the same bytes %s', async (_title, sizes) => {
    expect(spoken(await transcribe(clip, { sizes }))).toEqual(whole);
  });

  it('[SES-10] [SES-12] says the same with a byte too many, and warns of it', async () => {
    const told = spoken(await transcribe(Buffer.concat([clip, Buffer.alloc(1)]), { sizes: [3200] }));
    const warning = told.find(({ type }) => type === 'warning');
    expect(warning).toMatchObject({ code: 'trailing_byte', bytes: 1 });
    const unnumbered = (events: readonly Told[]): object[] => events.map((event) => ({ ...event, seq: 0 }));
    expect(unnumbered(told.filter((event) => event !== warning))).toEqual(unnumbered(whole));
  });

  it('[SES-11] counts the audio of the client, silence included', () => {
    expect(whole.at(-1)).toMatchObject({ total_duration: clip.length / 32_000 });
  });

  it('[SES-10] [SES-11] hears the same words at twice the rate in two channels', async () => {
    const mono = new Int16Array(clip.buffer, clip.byteOffset, clip.length / 2);
    const doubled = new Int16Array(mono.length * 4);
    for (let index = 0; index < mono.length; index++) {
      const next = mono[Math.min(index + 1, mono.length - 1)]!;
      const between = Math.round((mono[index]! + next) / 2);
      doubled.set([mono[index]!, mono[index]!, between, between], index * 4);
    }
    const query = { sample_rate: '32000', channels: '2' };
    const told = await transcribe(int16ToS16le(doubled), { sizes: [12_800], query });
    expect(told.at(-1)).toMatchObject({
      transcript: expect.stringMatching(WORDS),
      total_duration: clip.length / 32_000,
    });
  });

  it('[SES-14] takes JSON in binary messages for audio', async () => {
    const json = Buffer.from('{"type":"end"}{"type":"flush"}  ');
    const told = await transcribe(json, { sizes: [7] });
    expect(told.map(({ type }) => type)).toEqual(['session.begin', 'session.end']);
    expect(told.at(-1)).toMatchObject({ total_duration: 0.001 });
  });

  it('[SES-8] carries options to the engine: no partials, words with their times', async () => {
    const query = { interim_results: 'false', word_timestamps: 'true' };
    const told = await transcribe(clip, { sizes: [3200], query });
    expect(told.filter(({ type }) => type === 'transcript.partial')).toEqual([]);
    const words = told.flatMap(
      ({ words }) => (words ?? []) as { word: string; start: number; end: number }[],
    );
    expect(words.map(({ word }) => word).join(' ')).toMatch(WORDS);
    expect(
      words.every(({ start, end }, index) => start < end && start >= (words[index - 1]?.start ?? 0)),
    ).toBe(true);
  });
});
