import { extname } from 'node:path';
import { Args, type Interfaces } from '@oclif/core';
import { savedDocument, streamDocument } from '../app/stream-document.ts';
import type { StreamInput } from '../app/stream-inputs.ts';
import type { AlignedPair, StreamScore } from '../app/stream-score.ts';
import { systemClock } from '../base/clock.ts';
import { SAMPLE_RATE } from '../audio/frame.ts';
import { createLevelMeter, signalFaultText } from '../audio/microphone/level.ts';
import { RtError, toRtError } from '../base/errors.ts';
import { safeText } from '../base/terminal-text.ts';
import { alignmentLines } from '../cli/alignment-text.ts';
import { BaseCommand, type Examples } from '../cli/base-command.ts';
import { withDeadline } from '../cli/deadline.ts';
import { exitCodeOf } from '../cli/exit-codes.ts';
import { faultDocument, faultLines } from '../cli/fault.ts';
import { flagsOf } from '../cli/flags.ts';
import { createLiveView, type LiveView } from '../cli/live-view.ts';
import { abortOnStopSignal, Interruption } from '../cli/signals.ts';
import { createStreamBoard, type StreamBoard } from '../cli/stream-board.ts';
import { streamLossText } from '../cli/stream-loss.ts';
import { summaryText } from '../cli/summary-text.ts';
import { renderTable } from '../cli/table.ts';
import type { PresentedStream, Presentation, StreamHooks } from '../client/present-stream.ts';
import type { StreamSourceOptions } from '../client/stream-source.ts';
import { type StreamConfig, streamSection } from '../config/settings/stream.ts';

/** What all streams of a call share. */
interface Call {
  readonly config: StreamConfig;
  readonly isOneOfMany: boolean;
  readonly score: StreamScore | undefined;
  /** Where several run at once. */
  readonly board: StreamBoard | undefined;
  readonly stop: AbortSignal;
  readonly signal: AbortSignal;
}

interface Streamed {
  readonly input: StreamInput;
  readonly result: PresentedStream | undefined;
  readonly alignment: readonly AlignedPair[] | undefined;
  readonly fault: RtError | undefined;
}

export default class Stream extends BaseCommand {
  static override summary: string = 'Stream audio to a gateway and print what was said.';
  static override description: string =
    'Reads WAV, raw PCM (.pcm, .raw or -), and whatever ffmpeg reads, at the pace it would be spoken, or the microphone. ' +
    'The text goes to stdout, progress and the summary to stderr. With --format jsonl each line is an event of the ' +
    'server with t_ms, milliseconds since the first sample was due, and the last line is the summary. ^C ends the audio ' +
    'and waits for its last words; once more ends at once.';
  static override examples: Examples = [
    { description: 'Transcribe a file in real time:', command: 'rt stream call.wav' },
    { description: 'Speak, and keep what was said:', command: 'rt stream --mic --save calls' },
    {
      description: 'Check a deployment: the right words, none lost:',
      command: "rt stream hello.wav --ref 'hello world' --fail-on-loss",
    },
    {
      description: 'Raw audio from another program:',
      command: '$ ffmpeg -i talk.mp4 -f s16le -ac 1 -ar 16000 - | rt stream -',
    },
  ];
  static override args: Interfaces.ArgInput = {
    file: Args.string({
      description: 'Files, http(s) addresses, or - for stdin; one after the other, or --parallel N.',
      ignoreStdin: true,
    }),
  };
  static override strict = false;
  static override flags: Interfaces.FlagInput = flagsOf(streamSection);

  readonly #reader = new AbortController();

  override async run(): Promise<unknown> {
    const config = this.settings(streamSection);
    if (config.listDevices) return this.listDevices();
    const { planStreamInputs } = await import('../app/stream-inputs.ts');
    const inputs = planStreamInputs(config, this.operands, systemClock);
    const isBoard = config.parallel > 1 && inputs.length > 1;
    const call: Call = {
      config,
      isOneOfMany: inputs.length > 1,
      score: await this.scoreOf(config),
      board: isBoard
        ? createStreamBoard({ output: this.output, showFinals: config.format === 'text' })
        : undefined,
      stop: AbortSignal.any([abortOnStopSignal(), this.#reader.signal]),
      signal: withDeadline(new AbortController().signal, this.global.timeoutMs),
    };
    const { inParallel } = await import('../client/in-parallel.ts');
    const streams = await inParallel(inputs, config.parallel, (input) => this.stream(input, call));
    // Nobody reads on: everything is in order.
    if (this.#reader.signal.aborted) process.exit(0);
    this.judge(streams);
    return { schema: 'rt.stream/v1', streams: streams.map(documentOf) };
  }

  /** The audio ends when nobody reads any more, so that the session's place is free at once. */
  protected override onClosedPipe(): void {
    this.#reader.abort(new RtError('interrupted', 'Nobody reads the output any more'));
  }

  /** One of several that fails does not end the others; which of them it was is said at once. */
  private async stream(input: StreamInput, call: Call): Promise<Streamed> {
    const { presentStream } = await import('../client/present-stream.ts');
    let result: PresentedStream | undefined;
    let fault: RtError | undefined;
    try {
      call.stop.throwIfAborted();
      result = await presentStream(this.options(input, call), this.presentation(input, call));
      fault = faultOfStream(input, result, call.config);
    } catch (error) {
      fault = toRtError(error);
    }
    const alignment = result === undefined ? undefined : call.score?.align(result.transcript);
    const streamed = { input, result, alignment, fault };
    if (!this.jsonEnabled() && !this.#reader.signal.aborted) this.tell(streamed, call);
    return streamed;
  }

  private options(input: StreamInput, call: Call): Omit<StreamSourceOptions, StreamHooks> {
    const { config, stop, signal } = call;
    return {
      ...{ stop, signal, clock: systemClock, gateway: this.global.gateway },
      ...{ source: input.source, wishes: config, chunkMs: config.chunkMs },
      // A microphone has a pace of its own: what waited while the session began is sent at once.
      speed: input.isMicrophone ? 'max' : config.pace,
      acks: config.format !== 'jsonl' && this.output.isLive,
      resume: isResumed(input, config) ? { otherGateways: config.fallbackGateways ?? [] } : undefined,
    };
  }

  private presentation(input: StreamInput, call: Call): Presentation {
    const { config, score } = call;
    let view: LiveView | undefined;
    return {
      format: this.jsonEnabled() ? 'text' : config.format,
      score: score?.rate,
      checksBeacon: config.failOnLoss,
      line: this.lineOf(input, call),
      onSamples: input.isMicrophone ? levelWatch(() => view) : undefined,
      createView: (source) => {
        view = this.createView(input, call, source);
        return view;
      },
      ...(config.save === undefined ? {} : { save: this.saving(input, call, config.save) }),
    };
  }

  private createView(input: StreamInput, { config, board }: Call, source: ShownSource): LiveView {
    const { output } = this;
    const { durationS: totalS, description } = source;
    if (this.jsonEnabled()) return SILENT_VIEW;
    if (config.format === 'jsonl') return { ...SILENT_VIEW, note: output.note };
    if (board !== undefined) return board.open({ name: safeText(input.name), totalS });
    const [title] = description.split(' · ');
    output.note(output.paint('dim', safeText(description)));
    const showFinals = config.format === 'text';
    return createLiveView({ output, totalS, showFinals, title: safeText(title ?? '') });
  }

  /** Events of several streams at once name theirs. */
  private lineOf({ input }: StreamInput, { config, board }: Call): (text: string) => void {
    const { output } = this;
    if (board === undefined || config.format !== 'jsonl') return output.line;
    return (text) => output.line(`{"input":${JSON.stringify(input)},${text.slice(1)}`);
  }

  private saving({ input }: StreamInput, { config, score }: Call, folder: string): Saving {
    const { gateway } = this.global;
    return {
      folder,
      document: (result) => {
        const alignment = score?.align(result.transcript);
        return savedDocument({ input, gateway, config, result, alignment, savedAt: systemClock.date() });
      },
    };
  }

  /** The summary, what differs, and what was kept; for one of several also its fault. */
  private tell({ input, result, alignment, fault }: Streamed, { score, board, isOneOfMany }: Call): void {
    const { output } = this;
    const print = (print: () => void): void => (board === undefined ? print() : board.above(print));
    const name = isOneOfMany ? `${safeText(input.name)}: ` : '';
    print(() => {
      if (result?.sessionId !== undefined) {
        const { summary, resumedAfterMs } = result;
        const { ascii } = output;
        const text = summaryText(summary, { ascii, normaliser: score?.normaliser, resumedAfterMs });
        output.note(name + text);
        for (const line of alignmentLines(alignment ?? [], output.columns())) output.note(line);
        const saved = savedText(result.saved?.paths ?? []);
        if (saved !== undefined) output.note(saved);
      }
      // Those that had not begun when everything was stopped have nothing to tell.
      const isUntold = fault instanceof Interruption && result === undefined;
      if (isOneOfMany && fault !== undefined && !isUntold)
        for (const line of faultLines(fault)) output.warn(name + line);
    });
  }

  /**
   * A failure of one is that of the call; of several the gravest decides, since each has been told. Words that were
   * only not kept are still the result.
   */
  private judge(streams: readonly Streamed[]): void {
    const faults = streams.flatMap(({ fault }) => (fault === undefined ? [] : [fault]));
    const [only] = faults;
    const isUnkept = this.jsonEnabled() && only === streams[0]?.result?.saved?.fault;
    if (only !== undefined && streams.length === 1 && !isUnkept) throw only;
    if (faults.length > 0) process.exitCode = Math.max(...faults.map(exitCodeOf));
  }

  private async scoreOf({ ref }: StreamConfig): Promise<StreamScore | undefined> {
    if (ref === undefined) return undefined;
    const { createStreamScore } = await import('../app/stream-score.ts');
    return createStreamScore(ref);
  }

  private async listDevices(): Promise<unknown> {
    const { audioDevices } = await import('../app/audio-devices.ts');
    const devices = await audioDevices();
    if (!this.jsonEnabled()) {
      const rows = devices.map(({ id, name, isDefault, isMonitor }) => {
        const kind = isMonitor ? 'what is played' : 'microphone';
        return [safeText(id), safeText(name), isDefault ? `${kind}, default` : kind];
      });
      if (rows.length === 0) this.output.note('There is no microphone.');
      else this.output.line(renderTable(DEVICE_COLUMNS, rows));
    }
    return {
      schema: 'rt.audio-devices/v1',
      devices: devices.map(({ id, name, isDefault, isMonitor }) => ({
        ...{ id, name, default: isDefault, monitor: isMonitor },
      })),
    };
  }
}

const DEVICE_COLUMNS = [{ header: 'ID' }, { header: 'NAME' }, { header: 'KIND' }];

type Saving = NonNullable<Presentation['save']>;
type ShownSource = Parameters<Presentation['createView']>[0];

const nothing = (): void => undefined;
const SILENT_VIEW = { final: nothing, partial: nothing, note: nothing, update: nothing, close: nothing };

const SIGNAL_FAULT_MS = 5_000;

/** Shows how loud it is, and says so when it is not a signal. */
function levelWatch(view: () => LiveView | undefined): (samples: Int16Array) => void {
  const meter = createLevelMeter({ sampleRate: SAMPLE_RATE, faultAfterMs: SIGNAL_FAULT_MS });
  return (samples) => {
    const fault = meter.hear(samples);
    view()?.update({ level: meter.level });
    if (fault !== undefined) view()?.note(signalFaultText(fault, meter.level));
  };
}

/** Why the stream is a failure of the command, if it is one. */
function faultOfStream(
  { input, isMicrophone }: StreamInput,
  result: PresentedStream,
  { failOnLoss }: StreamConfig,
): RtError | undefined {
  const { fault, saved } = result;
  // A microphone has no other end.
  const isEnd = isMicrophone && fault instanceof Interruption && fault.signal === 'SIGINT';
  if (fault !== undefined && !isEnd) return fault;
  const loss = failOnLoss ? streamLossText(result) : undefined;
  if (loss !== undefined) return new RtError('words_lost', `${input}: ${loss}`);
  return saved?.fault;
}

/** What is sent as fast as it is read is sent again as fast. */
function isResumed({ isMicrophone }: StreamInput, config: StreamConfig): boolean {
  const { resume, pace, fallbackGateways } = config;
  return resume ?? (isMicrophone || pace !== 'max' || fallbackGateways !== undefined);
}

/** `Saved out/sess_8f2a41c09d7e.{wav,json,srt,vtt,txt}` */
function savedText(paths: readonly string[]): string | undefined {
  const [first] = paths;
  if (first === undefined) return undefined;
  const endings = paths.map((path) => extname(path).slice(1));
  return `Saved ${first.slice(0, -extname(first).length)}.{${endings.join(',')}}`;
}

/** As the document of the call has it: with the fault, where others went on. */
function documentOf({ input, result, alignment, fault }: Streamed): unknown {
  const document = streamDocument({ input: input.input, result, alignment });
  return fault === undefined ? document : { ...document, error: faultDocument(fault).error };
}
