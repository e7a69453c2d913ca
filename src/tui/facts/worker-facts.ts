/** What is known of one worker, as lines of labelled values. */
import type { Glyphs } from '../drawing/glyphs.ts';
import { ageText, bytesText, msText, percentText } from '../drawing/quantity-text.ts';
import type { WorkerRow } from '../fleet/process-rows.ts';
import { STATE_TONES } from '../table/worker-columns.ts';
import type { Fact } from './fact.ts';

/** Three lines, what matters most first. */
export function workerFacts(worker: WorkerRow, { none }: Glyphs): readonly (readonly Fact[])[] {
  const orNone = (value: number | null, show: (value: number) => string): string =>
    value === null ? none : show(value);
  return [
    [
      { label: 'STATE', value: worker.state, tone: STATE_TONES[worker.state] },
      { label: 'SESSIONS', value: `${worker.activeSessions}/${worker.capacity}` },
      { label: 'BEAT', value: `${ageText(worker.beatAgeMs)} ago` },
      { label: 'ENDPOINT', value: worker.endpoint },
    ],
    [
      {
        label: 'STEP',
        value: `p50 ${orNone(worker.stepP50Ms, msText)} p95 ${orNone(worker.stepP95Ms, msText)} ms`,
      },
      { label: 'FILL', value: orNone(worker.batchFill, (fill) => fill.toFixed(1)) },
      { label: 'AUDIO', value: orNone(worker.audioRate, (rate) => `${rate.toFixed(1)} s/s`) },
      { label: 'CPU', value: orNone(worker.cpuShare, percentText) },
      { label: 'MEMORY', value: orNone(worker.rssBytes, bytesText) },
    ],
    [
      { label: 'ENGINE', value: `${worker.engine} ${worker.provider}`.trim() },
      { label: 'VERSION', value: worker.version },
      { label: 'PROCESS', value: `${worker.pid} on ${worker.host}` },
      { label: 'MODELS', value: worker.models.join(' ') },
    ],
  ];
}
