/** Settings of `rt bench load`. All belong to one call: a run is repeated from its command line alone. */
import { choice, integer, listOf, text, toggle, url } from '../kinds.ts';
import type { Section } from '../setting.ts';
import { crowdRows, decimal, MOST_SESSIONS, sessionLoads } from './bench-rows.ts';

export interface BenchLoadConfig {
  readonly url: string | undefined;
  readonly worker: string | undefined;
  readonly sherpa: string | undefined;
  readonly vosk: string | undefined;
  readonly openai: string | undefined;
  readonly openaiKeyFile: string | undefined;
  readonly sessions: readonly number[];
  readonly ladder: 'list' | 'auto';
  readonly maxSessions: number;
  readonly seconds: number;
  readonly warmupS: number;
  readonly drainS: number;
  readonly sloMs: number | undefined;
  readonly voidLatenessMs: number;
  readonly model: string | undefined;
  readonly vad: boolean;
  readonly audio: readonly string[] | undefined;
  readonly gapMs: number;
  readonly frameMs: number;
  readonly seed: number;
  readonly flushEveryS: number | undefined;
  readonly peerChunkMs: number | undefined;
  readonly peerLookaheadMs: number;
  readonly pid: readonly number[] | undefined;
  readonly threshold: readonly string[] | undefined;
  readonly out: string | undefined;
}

const LONGEST_S = 24 * 3600;

export const benchLoadSection: Section<BenchLoadConfig> = {
  name: 'bench.load',
  rows: {
    url: crowdRows.url,
    worker: {
      flag: 'worker',
      kind: url('ws', 'wss'),
      doc: 'Worker to load directly, without a gateway.',
      flagOnly: true,
    },
    sherpa: {
      flag: 'sherpa',
      kind: url('ws', 'wss'),
      doc: "sherpa-onnx's online websocket server to load.",
      flagOnly: true,
    },
    vosk: {
      flag: 'vosk',
      kind: url('ws', 'wss'),
      doc: 'vosk-server (asr_server.py) to load; needs --slo-ms.',
      flagOnly: true,
    },
    openai: {
      flag: 'openai',
      kind: url('ws', 'wss'),
      doc: "Server of OpenAI's realtime transcription to load, with path and query; needs --slo-ms.",
      flagOnly: true,
    },
    openaiKeyFile: {
      flag: 'openai-key-file',
      kind: text('FILE'),
      doc: 'File with the key for --openai, which its owner alone may read.',
      flagOnly: true,
    },
    sessions: {
      flag: 'sessions',
      kind: sessionLoads,
      default: '1',
      doc: 'Sessions at once, one step for each number; with --ladder auto the first number is where it starts.',
      flagOnly: true,
    },
    ladder: {
      flag: 'ladder',
      kind: choice('list', 'auto'),
      default: 'list',
      doc: 'auto: grow the load until the promise breaks, then find the knee to 4 %.',
      flagOnly: true,
    },
    maxSessions: {
      flag: 'max-sessions',
      kind: integer(1, MOST_SESSIONS),
      default: '2000',
      doc: 'Most sessions --ladder auto offers.',
      flagOnly: true,
    },
    seconds: {
      flag: 'seconds',
      kind: integer(1, LONGEST_S),
      default: '60',
      doc: 'Measured time of each step.',
      flagOnly: true,
    },
    warmupS: {
      flag: 'warmup-s',
      kind: integer(0, 3600),
      default: '5',
      doc: 'Seconds before it in which all sessions speak and nothing counts.',
      flagOnly: true,
    },
    drainS: {
      ...crowdRows.drainS,
      doc: 'Seconds for which answers are waited for after the last message; then they count as timeouts.',
    },
    sloMs: {
      flag: 'slo-ms',
      kind: decimal(1, 60_000),
      doc: 'Promise: p95 of resp_lag in milliseconds. Without it: the chunk of the model.',
      flagOnly: true,
    },
    voidLatenessMs: {
      ...crowdRows.voidLatenessMs,
      doc: "p99 of the generator's own lateness above which a step is void.",
    },
    model: crowdRows.model,
    vad: {
      flag: 'vad',
      kind: toggle,
      default: 'true',
      doc: 'Cut the stream into utterances at pauses; not with --sherpa, --vosk and --openai.',
      flagOnly: true,
    },
    audio: {
      ...crowdRows.audio,
      doc: 'Clips to speak; repeat for more. A manifest.jsonl says what is spoken, for the WER. Without it: the demo clip.',
    },
    gapMs: crowdRows.gapMs,
    frameMs: crowdRows.frameMs,
    seed: {
      ...crowdRows.seed,
      doc: 'Decides when each session speaks and where its audio begins.',
    },
    flushEveryS: {
      flag: 'flush-every-s',
      kind: decimal(0.5, 3600),
      doc: 'Ask for the final of what was said about this often, while something is being said.',
      flagOnly: true,
    },
    peerChunkMs: {
      flag: 'peer-chunk-ms',
      kind: decimal(1, 10_000),
      doc: 'Chunk of the model that --sherpa serves; needed with it.',
      flagOnly: true,
    },
    peerLookaheadMs: {
      flag: 'peer-lookahead-ms',
      kind: decimal(0, 10_000),
      default: '107.5',
      doc: 'Audio that --sherpa waits for beyond the end of a chunk.',
      flagOnly: true,
    },
    pid: {
      flag: 'pid',
      kind: listOf(integer(1, 4_194_304)),
      doc: 'Process of the server whose CPU and memory are told too, without those of its children; repeat for more.',
      flagOnly: true,
    },
    threshold: {
      ...crowdRows.threshold,
      doc: 'Exit 99 unless every step keeps it, for example resp_lag_p95<=160; repeat for more.',
    },
    out: crowdRows.out,
  },
};
