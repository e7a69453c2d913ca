/**
 * Decodes through an ffmpeg process whatever this product does not read itself.
 *
 * The process lives as long as its output is read: leaving the output early ends it. It has a process group of its
 * own, so that the ^C that asks this product to finish does not end its decoder. Input is named
 * so that it can only be what it says: a local file cannot make ffmpeg open other files or the network.
 */
import { spawn, type ChildProcessByStdio } from 'node:child_process';
import { once } from 'node:events';
import { Readable, type Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { RtError } from '../base/errors.ts';
import { createByteReader } from './byte-reader.ts';
import { SAMPLE_RATE } from './frame.ts';
import { createPcmDecoder } from './pcm-decoder.ts';

/** A local file, an http(s) address, or bytes that are piped in. */
export type FfmpegInput =
  | { readonly kind: 'file'; readonly path: string }
  | { readonly kind: 'url'; readonly url: string }
  | { readonly kind: 'bytes'; readonly bytes: AsyncIterable<Uint8Array> };

export interface FfmpegOptions {
  /** How messages name the input. */
  readonly label: string;
  /** The program to run instead of the `ffmpeg` on the search path. */
  readonly program?: string | undefined;
  /** Receives what ffmpeg complained of though it went on, once everything has been read. */
  readonly warnings: string[];
}

/** Samples of a process that is running. */
export interface Decoding {
  /** 16 kHz mono; read once. */
  readonly frames: AsyncIterable<Int16Array>;
  /** Ends the process without reading the rest. */
  readonly close: () => void;
}

const MAX_ERROR_CHARS = 4000;

/**
 * Decodes to 16 kHz mono and resolves once the first samples are there, so that bad input is refused
 * before anything is done with it: `invalid_audio` with ffmpeg's own first line, `component_missing`
 * without ffmpeg. The same errors may end the iteration later.
 */
export async function decodeWithFfmpeg(input: FfmpegInput, options: FfmpegOptions): Promise<Decoding> {
  const child = spawn(options.program ?? 'ffmpeg', ffmpegArguments(input), {
    stdio: ['pipe', 'pipe', 'pipe'],
    detached: process.platform !== 'win32',
  });
  const ending = watchEnd(child, options.label);
  const fed = feed(child.stdin, input);

  const reader = createByteReader(child.stdout as AsyncIterable<Uint8Array>);
  const first = await reader.peek(2);
  if (first.length < 2) {
    await Promise.all([fed, ending]);
    throw invalid(options.label, 'there is no audio in it');
  }
  const finished = Promise.all([ending, fed]).then(([complaint]) => {
    if (input.kind === 'url' && CUT_SHORT.test(complaint)) throw invalid(options.label, complaint);
    if (complaint) options.warnings.push(`ffmpeg: ${complaint}`);
  });
  finished.catch(() => undefined);
  return {
    frames: readSamples(reader.rest(), { child, finished }),
    close: () => void child.kill(),
  };
}

/** What ffmpeg says, and then goes on as if the file had ended, when a transfer breaks off. */
const CUT_SHORT = /ends prematurely/;

function ffmpegArguments(input: FfmpegInput): string[] {
  const output = ['-f', 's16le', '-ac', '1', '-ar', String(SAMPLE_RATE), '-'];
  return ['-nostdin', '-hide_banner', '-loglevel', 'error', ...inputArguments(input), '-vn', ...output];
}

function inputArguments(input: FfmpegInput): string[] {
  if (input.kind === 'file') return ['-protocol_whitelist', 'file', '-i', `file:${input.path}`];
  if (input.kind === 'url') {
    return ['-protocol_whitelist', 'http,https,httpproxy,tcp,tls,crypto', '-i', input.url];
  }
  return ['-protocol_whitelist', 'pipe', '-i', 'pipe:0'];
}

type FfmpegProcess = ChildProcessByStdio<Writable, Readable, Readable>;

/**
 * Settles when the process has ended: with its first complaint, empty if there is none; rejects when it
 * could not start or did not succeed.
 */
function watchEnd(child: FfmpegProcess, label: string): Promise<string> {
  let errors = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    if (errors.length < MAX_ERROR_CHARS) errors += text;
  });
  const ending = once(child, 'close').then(
    ([status]) => {
      if (status !== 0) throw invalid(label, firstLine(errors) || `ffmpeg ended with ${String(status)}`);
      return firstLine(errors);
    },
    (cause: unknown) => {
      throw new RtError('component_missing', `${label} needs ffmpeg, which could not be started`, {
        cause,
        hint: 'install it: apt-get install ffmpeg, brew install ffmpeg, or https://ffmpeg.org/download.html',
      });
    },
  );
  // Whoever reads the samples learns of a failure; until then it must not count as unhandled.
  ending.catch(() => undefined);
  return ending;
}

/** Rejects with the fault of the input: to ffmpeg it is an end like any other. */
function feed(stdin: Writable, input: FfmpegInput): Promise<void> {
  if (input.kind !== 'bytes') {
    stdin.on('error', () => undefined).end();
    return Promise.resolve();
  }
  const fed = pipeline(Readable.from(input.bytes, { objectMode: false }), stdin).catch((error: unknown) => {
    // ffmpeg may stop reading before the input ends; its exit status tells whether that was an error.
    if (error instanceof RtError) throw error;
  });
  fed.catch(() => undefined);
  return fed;
}

async function* readSamples(
  output: AsyncIterable<Uint8Array>,
  { child, finished }: { readonly child: FfmpegProcess; readonly finished: Promise<void> },
): AsyncGenerator<Int16Array, void, undefined> {
  const decoder = createPcmDecoder({ encoding: 'pcm_s16le', channels: 1 });
  try {
    for await (const bytes of output) yield decoder.push(bytes);
    await finished;
  } finally {
    child.kill();
    await finished.catch(() => undefined);
  }
}

/** The first complaint, without the `[mp3 @ 0x…]` of the part of ffmpeg it came from. */
function firstLine(text: string): string {
  return (text.trim().split('\n', 1)[0] ?? '').replace(/^\[[^\]]* @ 0x[0-9a-f]+\] /, '').trim();
}

function invalid(label: string, reason: string): RtError {
  return new RtError('invalid_audio', `${label} cannot be decoded: ${reason}`, {
    hint: 'check that it plays, and that it has sound; see what ffmpeg makes of it with: ffprobe FILE',
  });
}
