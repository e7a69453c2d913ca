import { execFileSync } from 'node:child_process';
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { int16ToS16le } from '../../src/audio/pcm.ts';
import { type AudioSource, type AudioSourceOptions, openAudioSource } from '../../src/audio/source.ts';
import { wavFile } from '../support/wav-writer.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'rt-source-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

const SECOND_44K: Int16Array = tone(44_100);

function tone(rate: number): Int16Array {
  return Int16Array.from({ length: rate }, (_, i) =>
    Math.round(8000 * Math.sin((2 * Math.PI * 440 * i) / rate)),
  );
}

function file(name: string, content: Uint8Array | string): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

async function* piped(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += 1000) yield await Promise.resolve(bytes.subarray(at, at + 1000));
}

async function read(
  input: string,
  options?: AudioSourceOptions,
): Promise<{ source: AudioSource; samples: Int16Array }> {
  const source = await openAudioSource(input, options);
  const parts: Int16Array[] = [];
  for await (const frame of source.frames) parts.push(frame);
  return { source, samples: Int16Array.from(parts.flatMap((part) => [...part])) };
}

/** Correlation with the 440 Hz tone at 16 kHz: 1 for the same tone at the same place. */
function likeness(samples: Int16Array): number {
  const expected = tone(16_000);
  const dot = (a: Int16Array, b: Int16Array): number => a.reduce((sum, x, i) => sum + x * (b[i] ?? 0), 0);
  return dot(expected, samples) / Math.sqrt(dot(expected, expected) * dot(samples, samples));
}

describe('WAV', () => {
  test('[AUD-14] is brought to 16 kHz', async () => {
    const path = file('call.wav', wavFile({ sampleRate: 44_100, data: int16ToS16le(SECOND_44K) }));
    const { source, samples } = await read(path);
    expect(source).toMatchObject({
      description: 'call.wav · 44100 Hz, mono, s16',
      sampleRate: 16_000,
      durationS: 1,
      warnings: [],
    });
    expect(samples).toHaveLength(16_000);
    expect(likeness(samples)).toBeGreaterThan(0.999);
  });

  test('[AUD-14] keeps its own rate when asked to', async () => {
    const path = file('native.wav', wavFile({ sampleRate: 44_100, data: int16ToS16le(SECOND_44K) }));
    const { source, samples } = await read(path, { native: true });
    expect(source.sampleRate).toBe(44_100);
    expect(samples).toEqual(SECOND_44K);
  });

  test('[AUD-15] a name says nothing: WAV named .mp3 or .pcm is WAV', async () => {
    const bytes = wavFile({ data: int16ToS16le(tone(16_000)) });
    for (const name of ['lies.mp3', 'lies.pcm']) {
      expect((await read(file(name, bytes))).samples).toEqual(tone(16_000));
    }
  });

  test('an impossible rate is refused on opening', async () => {
    const path = file('slow.wav', wavFile({ sampleRate: 100, data: new Uint8Array(8) }));
    await expect(openAudioSource(path)).rejects.toMatchObject({ code: 'invalid_audio' });
  });
});

describe('raw samples', () => {
  test('[STR-17] a name that says raw and content that says MP3 are refused, with what to do', async () => {
    for (const name of ['call.pcm', "it's.raw"]) {
      const path = join(folder, name);
      const word = name === 'call.pcm' ? path : `'${join(folder, String.raw`it'\''s.raw`)}'`;
      await expect(openAudioSource(file(name, Buffer.from('ID3\u0004\0\0\0\0\0\0')))).rejects.toMatchObject({
        code: 'invalid_audio',
        message: `${name} looks like MP3, not PCM`,
        hint: `Convert: ffmpeg -i ${word} -ar 16000 -ac 1 -f s16le - | rt stream -`,
      });
    }
  });

  test('[AUD-15] .pcm is 16 kHz mono 16-bit where nothing is said', async () => {
    const { source, samples } = await read(file('a.pcm', int16ToS16le(tone(16_000))));
    expect(samples).toEqual(tone(16_000));
    expect(source).toMatchObject({ durationS: 1, description: 'a.pcm · raw, 16000 Hz, mono, pcm_s16le' });
  });

  test('rate, channels and encoding can be said', async () => {
    const path = file('b.raw', new Uint8Array(16_000).fill(0xff));
    const raw = { sampleRate: 8000, channels: 2, encoding: 'mulaw' } as const;
    const { source, samples } = await read(path, { raw });
    expect(samples).toEqual(new Int16Array(16_000));
    expect(source.durationS).toBe(1);
  });

  test('[AUD-5] an odd last byte is a warning, not an error', async () => {
    const { source, samples } = await read(file('odd.pcm', Uint8Array.of(1, 0, 2)));
    expect([...samples]).toEqual([1]);
    expect(source.warnings).toEqual(['1 trailing byte is not a whole sample']);
  });
});

describe('what ffmpeg reads', () => {
  const encode = (name: string, ...codec: string[]): string => {
    const wav = file('original.wav', wavFile({ sampleRate: 44_100, data: int16ToS16le(SECOND_44K) }));
    const path = join(folder, name);
    execFileSync('ffmpeg', ['-y', '-loglevel', 'error', '-i', wav, ...codec, path]);
    return path;
  };

  test.each([
    ['tone.flac', []],
    ['tone.aiff', []],
    ['tone.mp3', []],
    ['tone.ogg', ['-c:a', 'libvorbis']],
    ['tone.webm', ['-c:a', 'libopus']],
    ['tone.m4a', []],
    ['adpcm.wav', ['-c:a', 'adpcm_ima_wav']],
  ])('[AUD-14] %s comes out as 16 kHz mono', async (name, codec) => {
    const { source, samples } = await read(encode(name, ...codec));
    expect(source).toMatchObject({ sampleRate: 16_000, description: `${name} · decoded by ffmpeg` });
    expect(Math.abs(samples.length - 16_000)).toBeLessThan(2000);
    expect(samples.reduce((peak, sample) => Math.max(peak, sample), 0)).toBeGreaterThan(5000);
  });

  test('[AUD-14] an address is fetched', async () => {
    const body = wavFile({ data: int16ToS16le(tone(16_000)) });
    const server = createServer((_, response) => response.end(body)).listen(0, '127.0.0.1');
    await new Promise((resolve) => server.once('listening', resolve));
    const { port } = server.address() as AddressInfo;
    const { source, samples } = await read(`http://127.0.0.1:${port}/call.wav?key=secret`);
    expect(samples).toEqual(tone(16_000));
    expect(source.description).toBe(`127.0.0.1:${port}/call.wav · 16000 Hz, mono, s16`);
    server.close();
  });

  test('[AUD-16] what ffmpeg complains of but gets over is a warning', async () => {
    const whole = readFileSync(encode('whole.flac'));
    const { source, samples } = await read(file('cut.flac', whole.subarray(0, whole.length * 0.6)));
    expect(samples.length).toBeGreaterThan(1000);
    expect(source.warnings).toEqual([expect.stringMatching(/^ffmpeg: /)]);
  });

  test('an address that is none is refused', async () => {
    await expect(openAudioSource('http://')).rejects.toMatchObject({ code: 'file_unreadable' });
  });

  test('leaving early ends the process', async () => {
    const pidFile = join(folder, 'pid');
    const endless = file('endless.sh', `#!/bin/sh\necho $$ > ${pidFile}\nexec cat /dev/zero\n`);
    chmodSync(endless, 0o755);
    const source = await openAudioSource(encode('early.flac'), { ffmpeg: endless });
    const processId = Number(readFileSync(pidFile, 'utf8'));
    expect(process.kill(processId, 0)).toBe(true);
    for await (const frame of source.frames) {
      if (frame.length > 0) break;
    }
    expect(() => process.kill(processId, 0)).toThrow('ESRCH');
  });

  test('without ffmpeg the error says how to get it', async () => {
    const opened = openAudioSource(encode('need.mp3'), { ffmpeg: '/nonexistent/ffmpeg' });
    await expect(opened).rejects.toMatchObject({
      code: 'component_missing',
      message: 'need.mp3 needs ffmpeg, which could not be started',
      hint: expect.stringContaining('apt-get install ffmpeg') as string,
    });
  });

  test('[AUD-16] a local file cannot make ffmpeg open another', async () => {
    const secret = file('secret.wav', wavFile({ data: int16ToS16le(tone(16_000)) }));
    const list = Buffer.concat([Buffer.from(`ffconcat version 1.0\nfile '${secret}'\n`), Buffer.from([0])]);
    await expect(read(file('list.bin', list))).rejects.toMatchObject({ code: 'invalid_audio' });
  });
});

describe('standard input', () => {
  test('[AUD-15] WAV is recognised by its header', async () => {
    const bytes = wavFile({ sampleRate: 8000, data: int16ToS16le(tone(8000)), declaredBytes: 0xffffffff });
    const { source, samples } = await read('-', { stdin: piped(bytes) });
    expect(samples).toHaveLength(16_000);
    expect(source.description).toBe('standard input · 8000 Hz, mono, s16');
  });

  test('[AUD-15] other containers go through ffmpeg', async () => {
    const wav = file('in.wav', wavFile({ data: int16ToS16le(tone(16_000)) }));
    const flac = execFileSync('ffmpeg', ['-loglevel', 'error', '-i', wav, '-f', 'flac', '-']);
    const { samples } = await read('-', { stdin: piped(flac) });
    expect(samples).toEqual(tone(16_000));
  });

  test('[AUD-15] everything else is raw', async () => {
    const { samples } = await read('-', { stdin: piped(int16ToS16le(tone(16_000))) });
    expect(samples).toEqual(tone(16_000));
  });
});

describe('[AUD-16] refusals come on opening and say what it is', () => {
  test.each([
    ['empty.wav', '', 'empty.wav is empty'],
    ['empty.pcm', '', 'empty.pcm is empty'],
    ['notes.txt', 'hello there\n', 'notes.txt is a text file, not audio'],
    ['photo.wav', Buffer.from('\x89PNG\r\n\x1a\n\0', 'latin1'), 'photo.wav is a PNG image, not audio'],
    ['paper.pcm', '%PDF-1.7\n', 'paper.pcm is a PDF document, not audio'],
  ])('[AUD-16] %s', async (name, content, message) => {
    await expect(openAudioSource(file(name, content))).rejects.toMatchObject({
      code: 'invalid_audio',
      message,
    });
  });

  test('[AUD-16] what ffmpeg cannot decode is refused in its words', async () => {
    const opened = openAudioSource(
      file(
        'noise.bin',
        Uint8Array.from({ length: 5000 }, (_, i) => (i * i) & 0xff),
      ),
    );
    await expect(opened).rejects.toMatchObject({
      code: 'invalid_audio',
      message: expect.stringMatching(/^noise\.bin cannot be decoded: .*Invalid data found/) as string,
    });
  });

  test('[AUD-16] a missing file, and a directory', async () => {
    await expect(openAudioSource(join(folder, 'none.wav'))).rejects.toMatchObject({
      code: 'file_unreadable',
    });
    await expect(openAudioSource(folder)).rejects.toMatchObject({ code: 'file_unreadable' });
  });
});
