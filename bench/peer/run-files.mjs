/** A finished comparison as files: run.json for programs, README.md for people. Pure but for the clock and the machine. */
import os from 'node:os';
import path from 'node:path';
import { labelOf } from './grid.mjs';
import { capacityTable, comparisonTable, costTable, transcriptTable } from './report.mjs';
import { compare } from './table.mjs';

/** What a cell keeps in run.json: the histogram of pairs only, so that the file stays readable. */
function cellOf({ settings, hdr, ...cell }) {
  const isPair = cell.kind === 'pair';
  return {
    ...cell,
    ...(cell.arm === 'peer' ? { settings: labelOf(settings) } : {}),
    ...(isPair ? { hdr } : {}),
  };
}

/**
 * @param {object} result of the phases that were run
 * @param {{ options: import('./options.mjs').Options, peer: import('./fetch.mjs').Peer,
 *   state: import('./state.mjs').State, fingerprint: object }} context
 */
export function runDocument(result, { options, peer, state, fingerprint }) {
  const measured = Object.values(state.cells).filter(({ kind }) => kind !== undefined);
  return {
    schema: 'rt.bench.peer/v1',
    at: new Date().toISOString(),
    startedAt: state.startedAt,
    environment: {
      cpu: os.cpus()[0]?.model,
      cores: os.cpus().length,
      platform: `${os.platform()} ${os.release()} ${os.arch()}`,
      node: process.version,
      rtBuild: fingerprint.rtRoot,
    },
    peer: { name: 'sherpa-onnx-online-websocket-server', version: peer.version, sha256: peer.sha256 },
    model: {
      name: options.name,
      chunkMs: options.chunkMs,
      precision: options.precision,
      sha256: fingerprint.model,
    },
    settings: {
      audio: options.audio.map((file) => path.basename(file)),
      ...{ frameMs: options.frameMs, gapMs: options.gapMs, seed: options.seed, isQuick: options.isQuick },
      ...{ workerArgs: options.workerArgs, loadArgs: options.loadArgs },
    },
    tuned: { ...result.tuned, label: labelOf(result.tuned.settings) },
    capacity: result.capacity ?? null,
    economy: result.pairs?.economy ?? null,
    comparisons: result.pairs === undefined ? [] : compare(result.pairs.cells),
    auto: result.auto === undefined ? null : cellOf(result.auto),
    transcripts: result.transcripts ?? null,
    cells: measured.map(cellOf),
  };
}

const DEFINITIONS = `\`resp_lag\`: receipt of a result − due time of the message that carried the last sample it needed, over results
whose text changed; the same for all arms (docs/bench.md). Sustained: p95 ≤ one chunk, no error, for the whole
cell. Ratios are rt / peer of the medians, in brackets the worst pair; below 1 rt is quicker. A cell whose
generator was late (p99 > 5 ms) is void, is measured once more, and if it is void again counts for nobody.
Generator and servers share the cores. rt runs with the settings it chooses itself.`;

/** @param {ReturnType<typeof runDocument>} document */
export function runReadme(document) {
  const { environment, peer, model, settings, tuned, capacity, economy, comparisons, auto, transcripts } =
    document;
  const parts = [
    `# ${model.name}, ${model.chunkMs} ms, ${model.precision}: rt against sherpa-onnx ${peer.version}`,
    `${document.at}, ${environment.cpu}, ${environment.cores} cores, Node ${environment.node}.`,
    DEFINITIONS,
    `Audio: ${settings.audio.join(', ')}, ${settings.gapMs} ms between clips, messages of ${settings.frameMs} ms.`,
    settingsText(tuned),
    ...(capacity === null ? [] : ['## Streams sustained', capacityTable(capacity)]),
    ...(comparisons.length === 0 ? [] : ['## Pairs', economyText(economy), comparisonTable(comparisons)]),
    ...(auto === null ? [] : [autoText(auto)]),
    ...(comparisons.length === 0 ? [] : ['## What it cost, in cores', costTable(comparisons)]),
    ...(transcripts === null ? [] : ['## What they write', transcriptTable(transcripts)]),
  ];
  return `${parts.join('\n\n')}\n`;
}

function settingsText({ label, probes, probeStreams }) {
  const meaning = '(work threads, batch, threads of one inference, poll interval in ms)';
  return probes.length === 0
    ? `Settings of the peer: \`${label}\` ${meaning}, given: those of the grid that were best for other models of this machine.`
    : `Best settings of the peer: \`${label}\` ${meaning}, of ${probes.length} probed at ${probeStreams} streams.`;
}

function economyText({ pairs, gatewayPairs, seconds, lightSeconds }) {
  return `${pairs} pairs (${gatewayPairs} with the gateway), cells of ${seconds} s, ${lightSeconds} s with 1 and 4 streams.`;
}

function autoText({ streams, admitted, p50Ms, p95Ms }) {
  return `At the capacity the worker gives itself, offered ${streams} streams, it admitted ${admitted}: p50 ${p50Ms} ms, p95 ${p95Ms} ms.`;
}
