/** What of a generator's document the comparison uses. Pure. */

/**
 * @typedef {object} Figures
 * @property {number} streams offered
 * @property {number} admitted
 * @property {number} n results measured
 * @property {number | null} p50Ms resp_lag; null where no result came
 * @property {number | null} p95Ms @property {number | null} p99Ms @property {number | null} maxMs
 * @property {number} errors sessions that failed or were answered in part
 * @property {number} refused sessions the server had no place for
 * @property {boolean} isHeld p95 within one chunk, nobody failed or refused, not void
 * @property {readonly string[]} reasons why it is not held, in words
 * @property {string | undefined} voidReason why the figures are the generator's own
 * @property {number} generatorCpu cores @property {number} latenessP99Ms
 * @property {number} serverCpu cores, all processes of the arm together @property {number} serverRssMb
 * @property {number} goodput seconds of audio answered per second
 * @property {object | null} wer @property {string} hdr resp_lag as rt.bench/v1 encodes histograms
 */

const MIB = 2 ** 20;

/**
 * Reads the only step of a run of `rt bench load --json`.
 *
 * @param {object} document rt.bench/v1
 * @returns {Figures}
 * @throws Error when it is another document
 */
export function figuresOf(document) {
  const [step, ...others] = document.steps ?? [];
  if (document.schema !== 'rt.bench/v1' || step === undefined || others.length > 0) {
    throw new Error(`Not a run of one step of rt.bench/v1: ${JSON.stringify(document).slice(0, 200)}`);
  }
  const { resp_lag: lag, lateness } = step.metrics;
  const sum = (figure) => step.servers.reduce((total, server) => total + server[figure], 0);
  return {
    streams: step.sessions,
    admitted: step.admitted,
    n: lag.n,
    p50Ms: lag.p50,
    p95Ms: lag.p95,
    p99Ms: lag.p99,
    maxMs: lag.max,
    errors: step.errors + step.incomplete,
    refused: step.refused,
    isHeld: step.verdict === 'pass' && step.refused === 0,
    reasons: step.reasons,
    voidReason: step.verdict === 'void' ? step.reasons.join('; ') : undefined,
    generatorCpu: step.generator.cpu_share,
    latenessP99Ms: lateness.p99 ?? 0,
    serverCpu: sum('cpu_share'),
    serverRssMb: Math.round(sum('rss_bytes') / MIB),
    goodput: step.goodput,
    wer: step.wer,
    hdr: lag.hdr,
  };
}
