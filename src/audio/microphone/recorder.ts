/**
 * Which program records from a microphone, and with which arguments. The programs are those that sound systems bring
 * along: nothing of ours has to be compiled for a machine, and what they need is what its other recorders need.
 */
import { SAMPLE_RATE } from '../frame.ts';

export type RecorderProgram = 'parec' | 'arecord' | 'ffmpeg' | 'sox';

/** What a machine has. */
export interface RecorderFacts {
  readonly platform: NodeJS.Platform;
  /** Those that are on the search path. */
  readonly programs: ReadonlySet<RecorderProgram>;
  /** A PulseAudio server answers, or PipeWire in its place. */
  readonly hasPulse: boolean;
}

/** A program that writes 16-bit mono at 16 kHz to its stdout until it is ended. */
export interface Recorder {
  readonly program: RecorderProgram;
  readonly args: readonly string[];
}

export type RecorderDecision =
  | ({ readonly type: 'recorder' } & Recorder)
  /** `install` is a whole sentence. */
  | { readonly type: 'missing'; readonly install: string };

const RATE = String(SAMPLE_RATE);

/** Without `device` the one that the system has made its default. */
export function decideRecorder(facts: RecorderFacts, device?: string): RecorderDecision {
  const { platform, programs, hasPulse } = facts;
  const has = (program: RecorderProgram): boolean => programs.has(program);
  if (platform === 'linux') {
    if (hasPulse && has('parec')) return recorder('parec', parecArgs(device));
    if (has('arecord')) return recorder('arecord', arecordArgs(device));
    if (has('ffmpeg'))
      return recorder('ffmpeg', ffmpegArgs(hasPulse ? 'pulse' : 'alsa', device ?? 'default'));
    if (has('sox')) return recorder('sox', soxArgs(hasPulse ? 'pulseaudio' : 'alsa', device));
    return missing('Install one: apt-get install pulseaudio-utils (parec), or alsa-utils (arecord).');
  }
  if (platform === 'darwin') {
    if (has('ffmpeg')) return recorder('ffmpeg', ffmpegArgs('avfoundation', `:${device ?? 'default'}`));
    if (has('sox')) return recorder('sox', soxArgs('coreaudio', device));
    return missing('Install one: brew install ffmpeg, or brew install sox.');
  }
  if (platform === 'win32') {
    if (has('ffmpeg') && device !== undefined) {
      return recorder('ffmpeg', ffmpegArgs('dshow', `audio=${device}`));
    }
    if (has('sox')) return recorder('sox', soxArgs('waveaudio', device));
    return missing(
      has('ffmpeg')
        ? 'Here ffmpeg has no default microphone: name one of rt stream --list-devices with --device.'
        : 'Install ffmpeg: winget install ffmpeg.',
    );
  }
  return has('sox')
    ? recorder('sox', soxArgs('oss', device))
    : missing('Install sox, or pipe 16-bit mono at 16 kHz of another recorder into: rt stream -');
}

function recorder(program: RecorderProgram, args: readonly string[]): RecorderDecision {
  return { type: 'recorder', program, args };
}

function missing(install: string): RecorderDecision {
  return { type: 'missing', install };
}

/** Without a bound on its latency the server hands out two seconds at a time. */
function parecArgs(device: string | undefined): readonly string[] {
  const format = ['--raw', '--format=s16le', `--rate=${RATE}`, '--channels=1'];
  const names = ['--client-name=rt', '--stream-name=rt stream'];
  return [...format, '--latency-msec=50', ...names, ...(device === undefined ? [] : [`--device=${device}`])];
}

function arecordArgs(device: string | undefined): readonly string[] {
  const format = ['-q', '-t', 'raw', '-f', 'S16_LE', '-r', RATE, '-c', '1', '--buffer-time=200000'];
  return [...format, ...(device === undefined ? [] : ['-D', device])];
}

function ffmpegArgs(system: string, input: string): readonly string[] {
  const quiet = ['-nostdin', '-hide_banner', '-loglevel', 'error'];
  const output = ['-f', 's16le', '-ac', '1', '-ar', RATE, '-flush_packets', '1', '-'];
  return [...quiet, '-fflags', 'nobuffer', '-f', system, '-i', input, ...output];
}

function soxArgs(driver: string, device = 'default'): readonly string[] {
  const format = ['-t', 'raw', '-e', 'signed-integer', '-b', '16', '-c', '1', '-r', RATE];
  // A small buffer, or text would come half a second late.
  return ['-q', '--buffer', '1024', '-t', driver, device, ...format, '-'];
}
