import { existsSync, readFileSync } from 'node:fs';
import { Args, type Interfaces } from '@oclif/core';
import { systemClock } from '../base/clock.ts';
import { RtError } from '../base/errors.ts';
import { safeText } from '../base/terminal-text.ts';
import { BaseCommand, type Examples } from '../cli/base-command.ts';
import { withDeadline } from '../cli/deadline.ts';
import { flagsOf } from '../cli/flags.ts';
import { createLiveView } from '../cli/live-view.ts';
import type { Output } from '../cli/output.ts';
import { abortOnStopSignal } from '../cli/signals.ts';
import { lossText, summaryText } from '../cli/summary-text.ts';
import type { PresentedStream, Presentation, StreamHooks } from '../client/present-stream.ts';
import type { StreamFileOptions } from '../client/stream-file.ts';
import { type StreamConfig, streamSection } from '../config/settings/stream.ts';

export default class Stream extends BaseCommand {
  static override summary: string = 'Stream audio to a gateway and print what was said.';
  static override description: string =
    'Reads WAV, raw PCM (.pcm, .raw or -), and whatever ffmpeg reads, at the pace it would be spoken. The text goes to ' +
    'stdout, progress and the summary to stderr. With --format jsonl each line is an event of the server with t_ms, ' +
    'milliseconds since the first sample was due, and the last line is the summary.';
  static override examples: Examples = [
    { description: 'Transcribe a file in real time:', command: 'rt stream call.wav' },
    {
      description: 'Raw audio from another program:',
      command: '$ ffmpeg -i talk.mp4 -f s16le -ac 1 -ar 16000 - | rt stream -',
    },
    {
      description: 'Check a deployment: the right words, none lost:',
      command: "rt stream hello.wav --ref 'hello world' --fail-on-loss",
    },
  ];
  static override args: Interfaces.ArgInput = {
    file: Args.string({
      description: 'Files, an http(s) address, or - for stdin; several are streamed one after the other.',
      required: true,
      ignoreStdin: true,
    }),
  };
  static override strict = false;
  static override flags: Interfaces.FlagInput = flagsOf(streamSection);

  override async run(): Promise<unknown> {
    const config = this.settings(streamSection);
    const signal = withDeadline(abortOnStopSignal(), this.global.timeoutMs);
    const { presentStream } = await import('../client/present-stream.ts');
    const score = config.ref === undefined ? undefined : await createScore(config.ref);
    const documents: unknown[] = [];
    for (const input of this.operands) {
      const options = streamOptions(config, { input, gateway: this.global.gateway, signal });
      const result = await presentStream(options, this.presentation(config, score));
      if (!this.jsonEnabled() && result.sessionId !== undefined) {
        this.output.note(
          summaryText(result.summary, { ascii: this.output.ascii, normaliser: score?.normaliser }),
        );
      }
      if (result.fault !== undefined) throw result.fault;
      const loss = config.failOnLoss ? lossOf(result) : undefined;
      if (loss !== undefined) throw new RtError('words_lost', `${input}: ${loss}`);
      documents.push(documentOf(input, result));
    }
    return { schema: 'rt.stream/v1', streams: documents };
  }

  private presentation(config: StreamConfig, score: Score | undefined): Presentation {
    const output: Output = this.output;
    const isDocument = this.jsonEnabled();
    return {
      format: isDocument ? 'text' : config.format,
      score: score?.rate,
      checksBeacon: config.failOnLoss,
      line: output.line,
      createView: ({ durationS, description }) => {
        if (isDocument) return SILENT_VIEW;
        if (config.format === 'jsonl') return { ...SILENT_VIEW, note: output.note };
        output.note(output.paint('dim', safeText(description)));
        return createLiveView({ output, totalS: durationS, showFinals: config.format === 'text' });
      },
    };
  }
}

const nothing = (): void => undefined;
const SILENT_VIEW = { final: nothing, partial: nothing, note: nothing, progress: nothing, close: nothing };

interface Score {
  readonly normaliser: string;
  readonly rate: (transcript: string) => number;
}

/** `ref` is a file when there is one of that name, else the words themselves. */
async function createScore(ref: string): Promise<Score> {
  const { wordErrorRate } = await import('../bench/wer.ts');
  const { rtBasic } = await import('../bench/normalise.ts');
  const reference = existsSync(ref) ? readFileSync(ref, 'utf8') : ref;
  return {
    normaliser: rtBasic.name,
    rate: (transcript) => wordErrorRate(reference, transcript, rtBasic).wer,
  };
}

function streamOptions(
  config: StreamConfig,
  call: { readonly input: string; readonly gateway: string; readonly signal: AbortSignal },
): Omit<StreamFileOptions, StreamHooks> {
  return {
    ...call,
    raw: config,
    wishes: config,
    chunkMs: config.chunkMs,
    speed: config.pace,
    resume: isResumed(config) ? { otherGateways: config.fallbackGateways ?? [] } : undefined,
    clock: systemClock,
  };
}

/** What of a stream is missing or doubled, or undefined when nothing is. */
function lossOf({ summary, beacon }: PresentedStream): string | undefined {
  const words = (ids: readonly number[], what: string): string[] =>
    ids.length === 0 ? [] : [`${count(ids.length, 'word')} ${what}: ${ids.slice(0, 10).join(' ')}`];
  const beaconLoss = [...words(beacon?.lost ?? [], 'lost'), ...words(beacon?.doubled ?? [], 'doubled')];
  if (summary.complete && beaconLoss.length === 0) return undefined;
  const streamLoss = summary.complete ? [] : [lossText(summary)];
  const resumes = summary.resumes === 0 ? [] : [count(summary.resumes, 'resume')];
  return [...streamLoss, ...resumes, ...beaconLoss].join(', ');
}

function count(number: number, noun: string): string {
  return `${String(number)} ${noun}${number === 1 ? '' : 's'}`;
}

/** What is sent as fast as it is read is sent again as fast. */
function isResumed({ resume, pace, fallbackGateways }: StreamConfig): boolean {
  return resume ?? (pace !== 'max' || fallbackGateways !== undefined);
}

function documentOf(input: string, result: PresentedStream): unknown {
  const { sessionId, transcript, finals, summary } = result;
  return { input, session_id: sessionId ?? null, transcript, finals, summary };
}
