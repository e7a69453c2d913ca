/** What one call of `rt stream` is to stream, from its operands and settings. Pure but for what it opens later. */
import { basename } from 'node:path';
import { openMicrophone } from '../audio/microphone/open-microphone.ts';
import type { Clock } from '../base/clock.ts';
import { RtError } from '../base/errors.ts';
import { namedSource, type SourceOpening } from '../client/stream-source.ts';
import type { StreamConfig } from '../config/settings/stream.ts';

/** One source, with what a person calls it. */
export interface StreamInput {
  /** As it was given. */
  readonly input: string;
  /** Short, and no other's of the same call. */
  readonly name: string;
  readonly source: SourceOpening;
  readonly isMicrophone: boolean;
}

/** @throws RtError usage where what was asked for cannot go together */
export function planStreamInputs(
  config: StreamConfig,
  operands: readonly string[],
  clock: Clock,
): readonly StreamInput[] {
  if (config.device !== undefined && !config.mic) throw usage('--device is for a microphone', 'Add --mic.');
  if (config.mic) {
    if (operands.length > 0) {
      throw usage('--mic and files cannot be streamed together', 'Leave one of them out.');
    }
    return [microphone(config.device, clock)];
  }
  if (operands.length === 0) {
    throw usage('Missing argument FILE', 'Name a file, an address or -, or use --mic. See: rt stream --help');
  }
  if (config.parallel > 1 && operands.length > 1 && ['srt', 'vtt'].includes(config.format)) {
    throw usage(
      `--format ${config.format} of several streams at once cannot be told apart`,
      'Use --save DIR: it has the subtitles of each.',
    );
  }
  if (operands.filter((input) => input === '-').length > 1) {
    throw usage('Standard input can be streamed only once', 'Give - once.');
  }
  const names = operands.map((input) => basename(input));
  return operands.map((input, index) => ({
    input,
    name: names.filter((name) => name === names[index]).length === 1 ? (names[index] ?? input) : input,
    source: namedSource(input, config),
    isMicrophone: false,
  }));
}

function microphone(device: string | undefined, clock: Clock): StreamInput {
  return {
    ...{ input: 'microphone', name: 'microphone', isMicrophone: true },
    source: { open: () => openMicrophone({ device, clock }), isLive: true },
  };
}

function usage(message: string, hint: string): RtError {
  return new RtError('usage', message, { hint });
}
