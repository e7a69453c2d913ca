/** `rt demo`: everything in this process, for as long as one clip is played. */
import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { closeEngine, startEngine } from './engine.ts';
import { openPrivateCluster } from './local-cluster.ts';
import { startLocalGateway } from './local-gateway.ts';
import { startLocalWorker } from './local-worker.ts';
import type { DemoOptions, DemoStage, RunningProcess } from './ports.ts';
import { createContext, type ProcessContext } from './process-context.ts';

const CLIP = 'demo.wav';
const CLIP_FOLDER = new URL('../../fixtures/audio/', import.meta.url);
const PREFIX = 'rt:demo';

/**
 * Starts everything, calls `play` once, stops everything, and returns what `play` returned.
 * @throws RtError model_invalid, config_invalid, or what `play` throws
 */
export async function runDemo<T>(options: DemoOptions<T>): Promise<T> {
  const context = createContext('local', options);
  try {
    const [gateway, clip] = await Promise.all([startEverything(context, options), chooseClip(options.file)]);
    return await options.play({ gateway: gateway.url, ...clip });
  } finally {
    await context.closing.close();
  }
}

/** The model and Redis take their time; they take it at once. */
async function startEverything<T>(context: ProcessContext, options: DemoOptions<T>): Promise<RunningProcess> {
  const { clock, log, closing } = context;
  const opening = openPrivateCluster(context, { prefix: PREFIX, onNotice: options.onNotice });
  const starting = startEngine(options, clock, log).then((engine) => {
    closing.add('engine', () => closeEngine(engine, context));
    return engine;
  });
  // Both are over before one that failed has everything closed.
  await Promise.allSettled([opening, starting]);
  const { cluster } = await opening;
  const worker = await startLocalWorker({ cluster, engine: await starting, options });
  closing.add('worker', () => worker.stop('the demonstration is over'));
  const gateway = await startLocalGateway(cluster, { port: 0, logLevel: options.logLevel });
  closing.add('gateway', () => gateway.stop('the demonstration is over'));
  return gateway;
}

async function chooseClip(file: string | undefined): Promise<Pick<DemoStage, 'clip' | 'reference'>> {
  if (file !== undefined) return { clip: resolve(file), reference: undefined };
  return { clip: fileURLToPath(new URL(CLIP, CLIP_FOLDER)), reference: await referenceOf(CLIP) };
}

/** What a bundled clip says, from the manifest beside it. */
async function referenceOf(name: string): Promise<string | undefined> {
  const lines = (await readFile(new URL('manifest.jsonl', CLIP_FOLDER), 'utf8')).trim().split('\n');
  const clips = lines.map((line) => JSON.parse(line) as { readonly file: string; readonly text: string });
  return clips.find(({ file }) => file === name)?.text;
}
