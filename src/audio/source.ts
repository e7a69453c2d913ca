/**
 * Opens what a person may hand to `rt stream`: a file, an http(s) address, or `-` for standard input.
 *
 * What a file is is told by its content, never by its name, with one exception: raw samples have no
 * mark, so `.pcm` and `.raw` are taken for raw unless they begin with a WAV header; where they are some other
 * container, name and content disagree and nothing is guessed. Everything that can be refused is refused before the
 * source is returned.
 */
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { basename, extname } from 'node:path';
import { messageOf, RtError } from '../base/errors.ts';
import { type ByteReader, createByteReader } from './byte-reader.ts';
import { decodeWithFfmpeg, type FfmpegInput } from './ffmpeg.ts';
import { type SniffedFormat, SNIFF_BYTES, sniffContainer, sniffFormat } from './formats.ts';
import { SAMPLE_RATE } from './frame.ts';
import { bytesPerSample, createPcmDecoder, type PcmEncoding } from './pcm-decoder.ts';
import { createResampler, loadResampler } from './resample.ts';
import { openUrl } from './url-input.ts';
import { openWav } from './wav.ts';
import { readWavHeader } from './wav-header.ts';

export interface AudioSource {
  /** What is being read, for a person: `call.wav · 44100 Hz, 2 channels, s16`. */
  readonly description: string;
  /** Rate of `frames`: 16 000, or the file's own with `native`. */
  readonly sampleRate: number;
  readonly durationS: number | undefined;
  /** What raw samples were taken for, where nobody said it: `16000 Hz, mono, pcm_s16le`. */
  readonly assumption?: string;
  /** What is odd but does not stop it; complete once `frames` has ended. */
  readonly warnings: readonly string[];
  /** Mono samples; can be read once. */
  readonly frames: AsyncIterable<Int16Array>;
  /** Gives the input back without reading (the rest of) it. */
  readonly close: () => Promise<void>;
}

export interface RawFormat {
  readonly sampleRate: number;
  readonly channels: number;
  readonly encoding: PcmEncoding;
}

export interface AudioSourceOptions {
  /** How raw samples are to be read; 16 kHz mono 16-bit where nothing is said. */
  readonly raw?: Partial<RawFormat>;
  /** Keep the own rate of WAV and raw input instead of converting to 16 kHz. */
  readonly native?: boolean;
  /** What `-` reads; the process's standard input where nothing is said. */
  readonly stdin?: AsyncIterable<Uint8Array>;
  /** The ffmpeg program, where it is not the one on the search path. */
  readonly ffmpeg?: string;
  /** Ends waiting for an address. */
  readonly signal?: AbortSignal;
}

/** Input whose first bytes have been looked at but not consumed. */
interface Opened {
  readonly label: string;
  /** Of a file, as it was given. */
  readonly path?: string;
  readonly reader: ByteReader;
  readonly format: SniffedFormat;
  readonly head: Uint8Array;
  /** Length of the whole input where known. */
  readonly totalBytes: number | undefined;
  /** The same input for ffmpeg, which wants to seek where it can. */
  readonly forFfmpeg: () => Promise<FfmpegInput>;
}

const RAW_DEFAULT: RawFormat = { sampleRate: SAMPLE_RATE, channels: 1, encoding: 'pcm_s16le' };

/**
 * Opens `input`: a path, an http(s) address or `-`. Throws `file_unreadable`, `invalid_audio` for what
 * is not audio or is damaged, `component_missing` when ffmpeg is needed and absent.
 */
export async function openAudioSource(input: string, options: AudioSourceOptions = {}): Promise<AudioSource> {
  const opened = await open(input, options);
  try {
    return await fromOpened(opened, input === '-' || isRawName(opened.label), options);
  } catch (error) {
    await opened.reader.close();
    throw error;
  }
}

function open(input: string, options: AudioSourceOptions): Promise<Opened> {
  if (/^https?:\/\//i.test(input)) return openAddress(input, options.signal);
  return input === '-' ? openStdin(options) : openFile(input);
}

async function fromOpened(
  opened: Opened,
  mayBeRaw: boolean,
  options: AudioSourceOptions,
): Promise<AudioSource> {
  const { format, label } = opened;
  const container = sniffContainer(opened.head);
  if (format.name === 'empty') throw notAudio(label, 'is empty');
  if (format.audio === false) throw notAudio(label, `is ${format.label}, not audio`);
  if (mayBeRaw && !container) return fromRaw(opened, options);
  if (container && container.name !== 'wav' && isRawName(label)) throw notRaw(opened);

  if (format.name === 'wav' && (await isPlainWav(opened.head))) return fromWav(opened, options);
  return fromFfmpeg(await opened.forFfmpeg(), label, options);
}

async function openFile(path: string): Promise<Opened> {
  const info = await stat(path).catch((cause: unknown) => {
    throw new RtError('file_unreadable', `cannot read ${path}: ${messageOf(cause)}`, {
      cause,
      hint: 'check the path; use - for standard input',
    });
  });
  if (info.isDirectory()) {
    throw new RtError('file_unreadable', `${path} is a directory`, { hint: 'name a file in it' });
  }
  const reader = createByteReader(createReadStream(path) as AsyncIterable<Uint8Array>);
  const head = await reader.peek(SNIFF_BYTES).catch((cause: unknown) => {
    throw new RtError('file_unreadable', `cannot read ${path}: ${messageOf(cause)}`, { cause });
  });
  return {
    label: basename(path),
    path,
    reader,
    format: sniffFormat(head),
    head,
    totalBytes: info.isFile() ? info.size : undefined,
    async forFfmpeg() {
      await reader.close();
      return { kind: 'file', path };
    },
  };
}

async function openStdin(options: AudioSourceOptions): Promise<Opened> {
  const reader = createByteReader(options.stdin ?? (process.stdin as AsyncIterable<Uint8Array>));
  const head = await reader.peek(SNIFF_BYTES);
  return {
    label: 'standard input',
    reader,
    format: sniffFormat(head),
    head,
    totalBytes: undefined,
    forFfmpeg: () => Promise.resolve({ kind: 'bytes', bytes: reader.rest() }),
  };
}

/** Files that ffmpeg must seek in go to it as an address; everything else is fetched once, here. */
async function openAddress(address: string, signal: AbortSignal | undefined): Promise<Opened> {
  const { label, totalBytes, bytes } = await openUrl(address, signal);
  const reader = createByteReader(bytes);
  const head = await reader.peek(SNIFF_BYTES);
  const format = sniffFormat(head);
  return {
    label,
    reader,
    format,
    head,
    totalBytes,
    async forFfmpeg() {
      if (format.name !== 'mp4') return { kind: 'bytes', bytes: reader.rest() };
      await reader.close();
      return { kind: 'url', url: address };
    },
  };
}

/** False for WAV files whose samples only ffmpeg can decode, such as ADPCM or MP3 in WAV. */
async function isPlainWav(head: Uint8Array): Promise<boolean> {
  const reader = createByteReader(
    (async function* () {
      yield await Promise.resolve(head);
    })(),
  );
  // A header longer than the head, or damaged, is left to the WAV reader, which says what is wrong.
  const header = await readWavHeader(reader).catch(() => undefined);
  return header === undefined || header.encoding !== undefined;
}

async function fromWav(opened: Opened, options: AudioSourceOptions): Promise<AudioSource> {
  const wav = await openWav(opened.reader, { totalBytes: opened.totalBytes });
  const channels = wav.channels === 1 ? 'mono' : `${wav.channels} channels`;
  return {
    description: `${opened.label} · ${wav.sampleRate} Hz, ${channels}, ${wav.encoding}`,
    durationS: wav.durationS,
    warnings: wav.warnings,
    close: () => opened.reader.close(),
    ...(await atRate(wav.frames, wav.sampleRate, options)),
  };
}

async function fromRaw(opened: Opened, options: AudioSourceOptions): Promise<AudioSource> {
  const raw: RawFormat = { ...RAW_DEFAULT, ...options.raw };
  const bytesPerSecond = bytesPerSample(raw.encoding) * raw.channels * raw.sampleRate;
  const channels = raw.channels === 1 ? 'mono' : `${raw.channels} channels`;
  const format = `${raw.sampleRate} Hz, ${channels}, ${raw.encoding}`;
  const isSaid = Object.keys(options.raw ?? {}).length > 0;
  const warnings: string[] = [];
  return {
    description: `${opened.label} · raw, ${format}`,
    ...(isSaid ? {} : { assumption: format }),
    durationS: opened.totalBytes === undefined ? undefined : opened.totalBytes / bytesPerSecond,
    warnings,
    close: () => opened.reader.close(),
    ...(await atRate(readRaw(opened.reader, raw, warnings), raw.sampleRate, options)),
  };
}

async function fromFfmpeg(
  input: FfmpegInput,
  label: string,
  options: AudioSourceOptions,
): Promise<AudioSource> {
  const warnings: string[] = [];
  const { frames, close } = await decodeWithFfmpeg(input, { label, program: options.ffmpeg, warnings });
  return {
    description: `${label} · decoded by ffmpeg`,
    sampleRate: SAMPLE_RATE,
    durationS: undefined,
    warnings,
    frames,
    close: () => {
      close();
      return Promise.resolve();
    },
  };
}

async function* readRaw(
  reader: ByteReader,
  raw: RawFormat,
  warnings: string[],
): AsyncGenerator<Int16Array, void, undefined> {
  const decoder = createPcmDecoder(raw);
  for await (const bytes of reader.rest()) yield decoder.push(bytes);
  const left = decoder.leftoverBytes;
  if (left > 0) warnings.push(`${left} trailing ${left === 1 ? 'byte is' : 'bytes are'} not a whole sample`);
}

async function atRate(
  frames: AsyncIterable<Int16Array>,
  fromRate: number,
  options: AudioSourceOptions,
): Promise<Pick<AudioSource, 'sampleRate' | 'frames'>> {
  if (options.native || fromRate === SAMPLE_RATE) return { sampleRate: fromRate, frames };
  await loadResampler();
  // Opened here and not by the first read, so that an impossible rate is refused at once.
  const resampler = createResampler({ fromRate });
  const converted = async function* (): AsyncGenerator<Int16Array, void, undefined> {
    try {
      for await (const frame of frames) yield resampler.push(frame);
      yield resampler.flush();
    } finally {
      resampler.close();
    }
  };
  return { sampleRate: SAMPLE_RATE, frames: converted() };
}

function isRawName(path: string): boolean {
  return ['.pcm', '.raw'].includes(extname(path).toLowerCase());
}

function notRaw({ label, format, path }: Opened): RtError {
  const name = format.label.replace(/^an? /u, '').replace(/ file$/u, '');
  return new RtError('invalid_audio', `${label} looks like ${name}, not PCM`, {
    hint: `Convert: ffmpeg -i ${shellWord(path ?? label)} -ar 16000 -ac 1 -f s16le - | rt stream -`,
  });
}

/** As one word of a command line that can be copied. */
function shellWord(text: string): string {
  return /^[\w./:-]+$/u.test(text) ? text : `'${text.replaceAll("'", String.raw`'\''`)}'`;
}

function notAudio(label: string, what: string): RtError {
  return new RtError('invalid_audio', `${label} ${what}`, {
    hint: 'give a WAV file, anything ffmpeg reads, or raw samples named .pcm',
  });
}
