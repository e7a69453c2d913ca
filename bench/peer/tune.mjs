/** The peer's best settings for one model: the edge of its first settings, then the probes of grid.mjs there. */
import { bestOf, FIRST_SETTINGS, labelOf, settingsToProbe } from './grid.mjs';
import { capacityOf, nextStreams } from './ladder.mjs';

/** How many of the best settings are tried beyond the probes. */
const KEPT = 3;

/**
 * @typedef {object} Tuned
 * @property {import('./grid.mjs').PeerSettings} settings the best ones
 * @property {number} streams what they sustained in short steps
 * @property {number} probeStreams load of the probes
 * @property {import('./grid.mjs').Probe[]} probes best first
 */

/**
 * Finds the peer's best settings.
 *
 * @param {import('./measure.mjs').Measure} measure
 * @param {{ start: number, given?: import('./grid.mjs').PeerSettings, log: (line: string) => void }} options
 *   `start`: where the first ladder starts; `given`: settings to take without a probe
 * @returns {Promise<Tuned>}
 */
export async function tunePeer(measure, { start, given, log }) {
  if (given !== undefined) {
    const streams = await climb(measure, { arm: 'peer', settings: given, start });
    return { settings: given, streams, probeStreams: streams, probes: [] };
  }
  const edge = await climb(measure, { arm: 'peer', settings: FIRST_SETTINGS, start, resolution: 0.15 });
  // One step above what they sustain, so that better settings show as such and worse ones collapse.
  const probeStreams = Math.max(1, Math.ceil(edge * 1.15));
  log(`peer ${labelOf(FIRST_SETTINGS)} sustains about ${edge} streams; probing at ${probeStreams}`);
  const probes = await probeAll(measure, { probeStreams, log });
  const best = await bestByLadder(measure, { kept: bestOf(probes, KEPT), start: probeStreams, log });
  return { ...best, probeStreams, probes: bestOf(probes, probes.length) };
}

/** The settings that sustain most; those after the first climb only when they hold more than the best so far. */
async function bestByLadder(measure, { kept, start, log }) {
  let best = { settings: FIRST_SETTINGS, streams: 0 };
  for (const { settings } of kept) {
    const challenge = best.streams === 0 ? start : Math.ceil(best.streams * 1.05);
    const first = await measure({ kind: 'step', arm: 'peer', streams: challenge, settings });
    if (best.streams > 0 && !first.isHeld) continue;
    const streams = await climb(measure, { arm: 'peer', settings, start: challenge });
    log(`peer ${labelOf(settings)} sustains ${streams} streams`);
    if (streams > best.streams) best = { settings, streams };
  }
  return best;
}

async function probeAll(measure, { probeStreams, log }) {
  /** @type {import('./grid.mjs').Probe[]} */
  const probes = [];
  for (let open = settingsToProbe(probes); open.length > 0; open = settingsToProbe(probes)) {
    for (const settings of open) {
      const cell = await measure({ kind: 'probe', arm: 'peer', streams: probeStreams, settings });
      const p95Ms = (cell.errors + cell.refused === 0 ? cell.p95Ms : null) ?? Infinity;
      probes.push({ settings, p95Ms });
      log(`probe ${labelOf(settings)}: p95 ${p95Ms} ms`);
    }
  }
  return probes;
}

/**
 * The most streams an arm sustains in short steps.
 *
 * @param {import('./measure.mjs').Measure} measure
 * @param {{ arm: string, settings: import('./grid.mjs').PeerSettings, start: number, resolution?: number }} climb
 */
export async function climb(measure, { arm, settings, start, resolution }) {
  const steps = [];
  for (;;) {
    const streams = nextStreams(steps, { start, resolution });
    if (streams === undefined) return capacityOf(steps);
    const { isHeld } = await measure({ kind: 'step', arm, streams, settings });
    steps.push({ streams, isHeld });
  }
}
