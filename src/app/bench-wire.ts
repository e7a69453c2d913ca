/** The wire that `rt bench load` speaks, from its settings: ours, or that of another server. */
import { readFile, stat } from 'node:fs/promises';
import { messageOf, RtError } from '../base/errors.ts';
import type { BenchWire } from '../bench/wire.ts';
import type { BenchLoadConfig } from '../config/settings/bench-load.ts';

const CONNECT_TIMEOUT_MS = 10_000;
/** Of a file's mode: anybody but its owner may read it. */
const READABLE_BY_OTHERS = 0o044;

/** @throws RtError usage (settings that contradict each other), config_invalid (the key's file) */
export async function createBenchWire(config: BenchLoadConfig, gateway: string): Promise<BenchWire> {
  const { url, worker, model, vad } = config;
  refuseContradictions(config);
  const shared = { model, vad, connectTimeoutMs: CONNECT_TIMEOUT_MS };
  if (config.sherpa !== undefined) return createSherpa(config, config.sherpa);
  if (config.vosk !== undefined) {
    const { createVoskWire } = await import('../bench/wires/vosk-wire.ts');
    return createVoskWire({ server: config.vosk, connectTimeoutMs: CONNECT_TIMEOUT_MS });
  }
  if (config.openai !== undefined) return createOpenai(config, config.openai);
  if (worker !== undefined) {
    const { createWorkerWire } = await import('../bench/wires/worker-wire.ts');
    return createWorkerWire({ worker, ...shared });
  }
  const { createRtWire } = await import('../bench/wires/rt-wire.ts');
  return createRtWire({ gateway: url ?? gateway, ...shared });
}

function refuseContradictions(config: BenchLoadConfig): void {
  const { url, worker, sherpa, vosk, openai, model, vad } = config;
  if ([url, worker, sherpa, vosk, openai].filter((target) => target !== undefined).length > 1) {
    throw new RtError(
      'usage',
      'Only one of --url, --worker, --sherpa, --vosk and --openai can be loaded at a time',
    );
  }
  const fixed = sherpa === undefined ? (vosk === undefined ? undefined : '--vosk') : '--sherpa';
  if (fixed !== undefined && (model !== undefined || !vad)) {
    throw new RtError(
      'usage',
      `--model and --no-vad mean nothing to ${fixed}, which serves one model as it is`,
    );
  }
  if (openai !== undefined && !vad) {
    throw new RtError('usage', '--no-vad means nothing to --openai, which cuts the audio into turns itself');
  }
  if (openai === undefined && config.openaiKeyFile !== undefined) {
    throw new RtError('usage', '--openai-key-file is for --openai alone');
  }
}

async function createSherpa(config: BenchLoadConfig, server: string): Promise<BenchWire> {
  const { peerChunkMs: chunkMs, peerLookaheadMs: lookaheadMs } = config;
  if (chunkMs === undefined) {
    throw new RtError('usage', 'The peer does not say which chunk its model has', {
      hint: 'Say it with --peer-chunk-ms, for example 160: results are counted by it.',
    });
  }
  const { createSherpaWire } = await import('../bench/wires/sherpa-wire.ts');
  return createSherpaWire({ server, chunkMs, lookaheadMs, connectTimeoutMs: CONNECT_TIMEOUT_MS });
}

async function createOpenai(config: BenchLoadConfig, server: string): Promise<BenchWire> {
  const { model, openaiKeyFile } = config;
  const { createOpenaiWire } = await import('../bench/wires/openai-wire.ts');
  const { loadUpsampler } = await import('../bench/wires/upsampler.ts');
  const key = openaiKeyFile === undefined ? undefined : await readKey(openaiKeyFile);
  const openUpsampler = await loadUpsampler();
  return createOpenaiWire({ server, model, key, connectTimeoutMs: CONNECT_TIMEOUT_MS, openUpsampler });
}

async function readKey(path: string): Promise<string> {
  const unreadable = (problem: string, hint: string): RtError =>
    new RtError('config_invalid', `The key in ${path} cannot be used: ${problem}`, { hint });
  const mode = await stat(path).then(
    (info) => info.mode,
    (cause: unknown) => {
      throw unreadable(messageOf(cause), 'Check the path given with --openai-key-file.');
    },
  );
  if (process.platform !== 'win32' && (mode & READABLE_BY_OTHERS) !== 0) {
    throw unreadable('others may read it', `chmod 600 ${path}`);
  }
  const key = (await readFile(path, 'utf8')).trim();
  // A header takes nothing else; and what is not a key must not be printed.
  if (/^[\x21-\x7e]+$/.test(key)) return key;
  throw unreadable('it is not one word of printable characters', 'Write the key alone into the file.');
}
