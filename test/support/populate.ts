/** Fills a registry as a running cluster would: workers that beat, sessions they hold, digests of all. */
import type { Registry } from '../../src/registry/ports.ts';
import { gatewayDigest, gatewaySession, workerDigest } from './digests.ts';
import { sessionId, sessionInfo, workerId, workerInfo } from './fleet.ts';

export interface PopulateOptions {
  readonly workers: number;
  readonly sessions: number;
  readonly beatMs?: number;
}

const LEASE_MS = 600_000;
const SAID = [
  'and then we ship the router on friday, right?',
  'sí, el número de pedido es cuatro cinco',
  '会議は金曜日の午後三時から始まります',
  'one moment please, I will look that up for you and call you back in a few minutes',
];

export interface Population {
  /** One beat of everybody; rejects when the registry does not answer. */
  readonly beat: () => Promise<void>;
  readonly stop: () => void;
}

/** Registers, reserves, and beats until stopped; a registry that is away is tried again with the next beat. */
export async function populate(registry: Registry, options: PopulateOptions): Promise<Population> {
  const { workers, sessions, beatMs = 1000 } = options;
  const capacity = Math.ceil(sessions / workers) + 1;
  const infos = Array.from({ length: workers }, (_, index) => workerInfo(`w-${index + 1}`, { capacity }));
  const holder = (session: number): string => `w-${(session % workers) + 1}`;
  let beats = 0;

  const join = async (): Promise<void> => {
    for (const info of infos) await registry.registration.register(info, LEASE_MS);
    for (let index = 0; index < sessions; index += 1) {
      await registry.ledger.reserve(workerId(holder(index)), sessionInfo(index), { leaseMs: LEASE_MS });
    }
  };
  const beat = async (): Promise<void> => {
    beats += 1;
    const at = new Date().toISOString();
    for (const info of infos) {
      if ((await registry.registration.beat(info, LEASE_MS)) === 'unknown') await join();
      const digest = workerDigest(info.id, { at, beat_ms: beatMs, cpu_share: (beats % 7) / 10 });
      await registry.snapshots.publish(`worker:${info.id}`, JSON.stringify(digest));
    }
    const held = Array.from({ length: sessions }, (_, index) =>
      gatewaySession(index, {
        id: sessionId(index),
        worker_id: holder(index),
        audio_s: beats + index,
        lag_s: ((beats + index) % 9) / 10,
        last_text: `${SAID[index % SAID.length] ?? ''} ${beats}`,
        last_text_final: (beats + index) % 3 === 0,
      }),
    );
    const gateway = gatewayDigest('gateway-1', { at, beat_ms: beatMs, sessions: held });
    await registry.snapshots.publish('gateway:gateway-1', JSON.stringify(gateway));
  };

  await join();
  await beat();
  const timer = setInterval(() => void beat().catch(() => undefined), beatMs);
  return { beat, stop: () => clearInterval(timer) };
}
