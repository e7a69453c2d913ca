/** The areas of `rt doctor`: what each looks at, and in which order. */
import type { Clock } from '../../base/clock.ts';
import { gatherAudioFacts } from './audio-facts.ts';
import type { Finding } from './finding.ts';
import { gatherGpuFacts } from './gpu-facts.ts';
import { judgeAudio } from './judge-audio.ts';
import { judgeGpu } from './judge-gpu.ts';
import { judgeLimits } from './judge-limits.ts';
import { judgeModels } from './judge-models.ts';
import { judgeNet } from './judge-net.ts';
import { judgeRedisFacts } from './judge-redis-facts.ts';
import { judgeTls } from './judge-tls.ts';
import { gatherLimitsFacts } from './limits-facts.ts';
import { gatherModelsFacts } from './models-facts.ts';
import { gatherNetFacts } from './net-facts.ts';
import { gatherRedisFacts } from './redis-facts.ts';
import { gatherTlsFacts, tlsTargets } from './tls-facts.ts';

export const AREAS = ['redis', 'net', 'audio', 'gpu', 'tls', 'limits', 'models'] as const;

export type Area = (typeof AREAS)[number];

export interface Patient {
  /** With its password. */
  readonly redis: string;
  readonly prefix: string;
  readonly gateway: string;
  readonly modelsDir: string;
  /** Whether a key that lives for a second may be written, and a session may be opened. */
  readonly mayChange: boolean;
  readonly clock: Clock;
  /** Of each step that waits for somebody else. */
  readonly stepTimeoutMs: number;
  readonly signal: AbortSignal;
}

export interface AreaReport {
  readonly area: Area;
  readonly findings: readonly Finding[];
}

const EXAMINATIONS: Readonly<Record<Area, (patient: Patient) => Promise<readonly Finding[]>>> = {
  async redis({ redis: url, prefix, clock, stepTimeoutMs: timeoutMs, mayChange: mayWrite }) {
    return judgeRedisFacts(await gatherRedisFacts({ url, prefix, clock, timeoutMs, mayWrite }));
  },
  async net({ gateway, clock, stepTimeoutMs: timeoutMs, mayChange: mayOpen }) {
    return judgeNet(await gatherNetFacts({ gateway, clock, timeoutMs, mayOpen }));
  },
  audio: async () => judgeAudio(await gatherAudioFacts()),
  gpu: async ({ clock }) => judgeGpu(await gatherGpuFacts(clock)),
  async tls({ gateway, redis, clock, stepTimeoutMs: timeoutMs }) {
    return judgeTls(await gatherTlsFacts(tlsTargets({ gateway, redis }), { clock, timeoutMs }));
  },
  limits: async () => judgeLimits(await gatherLimitsFacts()),
  models: async ({ modelsDir, signal }) => judgeModels(await gatherModelsFacts(modelsDir, signal)),
};

/** One area after the other, as they measure time; `onReport` hears of each as it is done. */
export async function examine(
  areas: readonly Area[],
  patient: Patient,
  onReport: (report: AreaReport) => void,
): Promise<readonly AreaReport[]> {
  const reports: AreaReport[] = [];
  for (const area of areas) {
    patient.signal.throwIfAborted();
    const report = { area, findings: await EXAMINATIONS[area](patient) };
    reports.push(report);
    onReport(report);
  }
  return reports;
}
