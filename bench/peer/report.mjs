/** The comparison as Markdown. Pure. */

const ARM_NAMES = {
  peer: 'sherpa-onnx',
  'rt-worker': 'rt worker',
  'rt-gateway': 'rt gateway',
  'rt-worker-no-vad': 'rt worker, every sample recognised',
};

/** @param {number | undefined} value */
function ms(value) {
  if (value === undefined || !Number.isFinite(value)) return '–';
  return value >= 100 ? value.toFixed(0) : value.toFixed(1);
}

/** @param {import('./table.mjs').Ratio | undefined} ratio */
function ratio(ratio) {
  return ratio === undefined ? '–' : `${ratio.ofMedians.toFixed(2)} (${ratio.worstPair.toFixed(2)})`;
}

/**
 * A Markdown table.
 *
 * @param {readonly string[]} head
 * @param {readonly (readonly (string | number)[])[]} rows
 */
export function markdownTable(head, rows) {
  const line = (cells) => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}

/** @param {readonly import('./table.mjs').Comparison[]} comparisons */
export function comparisonTable(comparisons) {
  return markdownTable(
    ['row', 'arm', 'streams', 'p50 ms', 'p95 ms', 'p50 ratio (worst)', 'p95 ratio (worst)', 'held', 'void'],
    comparisons.map((each) => [
      each.row,
      ARM_NAMES[each.arm],
      each.streams,
      ms(each.p50Ms),
      ms(each.p95Ms),
      ratio(each.p50Ratio),
      ratio(each.p95Ratio),
      `${each.held}/${each.cells}`,
      each.voids,
    ]),
  );
}

/** @param {Record<string, number>} capacity */
export function capacityTable(capacity) {
  const { peer } = capacity;
  return markdownTable(
    ['arm', 'streams sustained', 'against the peer'],
    Object.entries(capacity).map(([arm, streams]) => [
      ARM_NAMES[arm],
      streams,
      peer > 0 ? `${(streams / peer).toFixed(2)}×` : '–',
    ]),
  );
}

/** @param {readonly import('./table.mjs').Comparison[]} comparisons */
export function costTable(comparisons) {
  return markdownTable(
    ['row', 'arm', 'generator CPU', 'lateness p99 ms (worst cell)', 'servers CPU', 'servers RSS MB'],
    comparisons.map(({ row, arm, cost }) => [
      row,
      ARM_NAMES[arm],
      cost.generatorCpu.toFixed(2),
      ms(cost.latenessP99Ms),
      cost.serverCpu.toFixed(2),
      cost.serverRssMb,
    ]),
  );
}

/** @param {readonly import('./transcripts.mjs').TranscriptRow[]} rows */
export function transcriptTable(rows) {
  const percent = (rate) => (rate === null ? '–' : `${(rate * 100).toFixed(1)} %`);
  return markdownTable(
    [
      'arm',
      `word errors (${rows[0]?.normaliser})`,
      'words',
      'words unlike the peer',
      'same word later by, median (worst) ms',
    ],
    rows.map(({ arm, wer, refWords, againstPeer, later }) => [
      ARM_NAMES[arm],
      percent(wer),
      refWords,
      percent(againstPeer),
      later === null ? '–' : `${later.p50Ms} (${later.worstMs}) over ${later.words}`,
    ]),
  );
}
