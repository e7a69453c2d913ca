import { Args, type Interfaces } from '@oclif/core';
import type { DemoStage } from '../app/ports.ts';
import { systemClock } from '../base/clock.ts';
import { BaseCommand, type Examples } from '../cli/base-command.ts';
import { withDeadline } from '../cli/deadline.ts';
import { DEFAULT_ENGINE, logLevelOf } from '../cli/engine-options.ts';
import { createLiveView } from '../cli/live-view.ts';
import { abortOnStopSignal } from '../cli/signals.ts';
import { summaryText } from '../cli/summary-text.ts';
import type { PresentedStream } from '../client/present-stream.ts';

const ABOUT_THE_MODEL =
  'The bundled rt-tiny-en 0.1 is a demonstration: exact on spoken digits, about 36 % word errors on free sentences of synthetic voices, about 70 % on free human speech.';
const A_REAL_MODEL =
  'A real one: rt up --model PATH/model.onnx=fast, any streaming NeMo CTC export for sherpa-onnx (docs/engine.md).';

export default class Demo extends BaseCommand {
  static override summary = 'See it work: everything embedded, a clip in real time, the latency at the end.';
  static override description: string =
    'Starts a gateway, a router and a worker in this process, streams the bundled clip or FILE, prints the text as it is recognised, and stops everything.';
  static override examples: Examples = [
    { description: 'The bundled clip:', command: 'rt demo' },
    { description: 'A recording of your own:', command: 'rt demo call.wav' },
    { description: 'The figures alone:', command: 'rt demo --json | jq .summary' },
  ];
  static override args: Interfaces.ArgInput = {
    file: Args.string({ description: 'Audio to stream in place of the bundled clip.', ignoreStdin: true }),
  };

  override async run(): Promise<unknown> {
    const signal = withDeadline(abortOnStopSignal(), this.global.timeoutMs);
    const { runDemo } = await import('../app/demo.ts');
    const { wordErrorRate } = await import('../bench/wer.ts');
    const { rtBasic } = await import('../bench/normalise.ts');
    const { stream, reference } = await runDemo({
      ...DEFAULT_ENGINE,
      file: this.operands[0],
      logLevel: logLevelOf(this.global, 'error'),
      onNotice: this.output.note,
      play: async (stage) => ({ stream: await this.play(stage, signal), reference: stage.reference }),
    });
    const wer =
      reference === undefined ? undefined : wordErrorRate(reference, stream.transcript, rtBasic).wer;
    const summary = { ...stream.summary, ...(wer === undefined ? {} : { wer }) };
    if (!this.jsonEnabled()) {
      this.output.note(summaryText(summary, { ascii: this.output.ascii, normaliser: rtBasic.name }));
    }
    if (stream.fault !== undefined) throw stream.fault;
    return { schema: 'rt.demo/v1', transcript: stream.transcript, summary };
  }

  private async play({ gateway, clip }: DemoStage, signal: AbortSignal): Promise<PresentedStream> {
    const { presentStream } = await import('../client/present-stream.ts');
    const { namedSource } = await import('../client/stream-source.ts');
    const { output } = this;
    output.note(ABOUT_THE_MODEL);
    output.note(A_REAL_MODEL);
    output.note(`Streaming ${(performance.now() / 1000).toFixed(1)} s after the start of this process.`);
    return presentStream(
      {
        source: namedSource(clip),
        gateway,
        wishes: { language: 'auto', model: undefined, words: false, interim: true, vad: true },
        chunkMs: 100,
        speed: 1,
        clock: systemClock,
        signal,
      },
      {
        format: 'text',
        line: output.line,
        createView: ({ durationS }) =>
          createLiveView({ output, totalS: durationS, showFinals: !this.jsonEnabled() }),
      },
    );
  }
}
