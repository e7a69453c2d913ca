/**
 * A microphone as a source of audio, through a recorder of the machine (recorder.ts).
 *
 * Always true: the source is returned once samples have come, so a microphone that cannot be had is refused before
 * anything is done with it; a recorder that ends or falls silent without being told to is a fault with its last words;
 * the recorder never outlives this process, and the ^C that asks this process to finish does not reach it.
 */
import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Readable } from 'node:stream';
import type { Clock } from '../../base/clock.ts';
import { RtError } from '../../base/errors.ts';
import { within } from '../../base/within.ts';
import { SAMPLE_RATE } from '../frame.ts';
import { createPcmDecoder } from '../pcm-decoder.ts';
import type { AudioSource } from '../source.ts';
import { chooseDevice } from './devices.ts';
import { decideRecorder, type Recorder, type RecorderFacts } from './recorder.ts';
import { listDevices, surveyRecorders } from './survey.ts';

export interface Microphone extends AudioSource {
  /** Ends the recording in order: `frames` end with what was heard. */
  readonly stop: () => void;
}

export interface MicrophoneOptions {
  /** Id or name, or a part of it that only one has; the default of the system where nothing is said. */
  readonly device?: string | undefined;
  readonly clock: Clock;
}

/** How long a recorder may give nothing; a silent room gives samples as any other. */
const NOTHING_MS = 5_000;
const MAX_ERROR_CHARS = 4_000;

/** @throws RtError component_missing (no recorder), not_found or usage (the device), microphone_failed */
export async function openMicrophone(options: MicrophoneOptions): Promise<Microphone> {
  const facts = await surveyRecorders();
  const device = options.device === undefined ? undefined : await resolveDevice(facts, options.device);
  const decision = decideRecorder(facts, device?.id);
  if (decision.type === 'missing') {
    throw new RtError('component_missing', 'There is no program to record from a microphone with', {
      hint: decision.install,
    });
  }
  return record(decision, { name: device?.name ?? 'default microphone', clock: options.clock });
}

interface NamedDevice {
  readonly id: string;
  readonly name: string;
}

/** Where nothing lists devices, the recorder is left to judge. */
async function resolveDevice(facts: RecorderFacts, wanted: string): Promise<NamedDevice> {
  const devices = await listDevices(facts);
  if (devices === undefined) return { id: wanted, name: wanted };
  const choice = chooseDevice(devices, wanted);
  if (choice.type === 'device') return choice.device;
  const hint = 'See: rt stream --list-devices';
  if (choice.type === 'none') throw new RtError('not_found', `There is no microphone "${wanted}"`, { hint });
  const ids = choice.devices.map(({ id }) => id).join(', ');
  throw new RtError('usage', `"${wanted}" is the name of several microphones: ${ids}`, { hint });
}

type RecorderProcess = ChildProcessByStdio<null, Readable, Readable>;

async function record(
  { program, args }: Recorder,
  { name, clock }: { readonly name: string; readonly clock: Clock },
): Promise<Microphone> {
  const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'], detached: isGroupOfItsOwn });
  const kill = (): void => void child.kill('SIGTERM');
  process.once('exit', kill);
  void once(child, 'close').then(() => process.off('exit', kill), kill);
  const lastWords = listen(child);
  let isStopped = false;
  const pieces = (child.stdout as AsyncIterable<Uint8Array>)[Symbol.asyncIterator]();
  const next = async (): Promise<Uint8Array | undefined> => {
    const piece = await within(clock, NOTHING_MS, pieces.next());
    if (piece === 'late')
      throw failed(name, `${program} gives no samples for ${String(NOTHING_MS / 1000)} s`);
    if (piece.done !== true) return piece.value;
    if (isStopped) return undefined;
    throw failed(name, `${program} ended: ${await lastWords}`);
  };
  const stop = (): void => {
    isStopped = true;
    kill();
  };
  const first = await next().catch((error: unknown) => {
    kill();
    throw error;
  });
  return {
    description: `${name} · ${program}, ${String(SAMPLE_RATE)} Hz, mono, s16`,
    sampleRate: SAMPLE_RATE,
    durationS: undefined,
    warnings: [],
    frames: readFrames(first, next, kill),
    stop,
    close: () => {
      stop();
      return Promise.resolve();
    },
  };
}

const isGroupOfItsOwn = process.platform !== 'win32';

async function* readFrames(
  first: Uint8Array | undefined,
  next: () => Promise<Uint8Array | undefined>,
  kill: () => void,
): AsyncGenerator<Int16Array, void, undefined> {
  const decoder = createPcmDecoder({ encoding: 'pcm_s16le', channels: 1 });
  try {
    for (let piece = first; piece !== undefined; piece = await next()) yield decoder.push(piece);
  } finally {
    kill();
  }
}

/** Resolves once the process has ended: with its last line, or how it ended where it said nothing. */
async function listen(child: RecorderProcess): Promise<string> {
  let said = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    said = (said + text).slice(-MAX_ERROR_CHARS);
  });
  try {
    const [code, signal] = (await once(child, 'close')) as [number | null, string | null];
    return said.trim().split('\n').at(-1)?.trim() || `exit ${String(code ?? signal)}, without a word`;
  } catch (error) {
    return String(error);
  }
}

function failed(name: string, what: string): RtError {
  return new RtError('microphone_failed', `${name}: ${what}`);
}
