/** Where a command's words go: the result to stdout, everything else to stderr. */
import { styleText } from 'node:util';
import type { GlobalConfig } from '../config/settings/global.ts';

export type Style = 'bold' | 'dim' | 'red' | 'green' | 'yellow' | 'cyan';

export interface Output {
  /** Both streams are terminals that understand cursor movements. */
  readonly isLive: boolean;
  readonly ascii: boolean;
  readonly verbose: boolean;
  /** Columns of the terminal; 80 where there is none. */
  readonly columns: () => number;
  /** Part of the result: a line on stdout. */
  readonly line: (text: string) => void;
  /** For the person watching: a line on stderr, unless --quiet. */
  readonly note: (text: string) => void;
  /** A fact that must be seen: a line on stderr, --quiet or not. */
  readonly warn: (text: string) => void;
  /** `text` in `style` where colours are wanted. */
  readonly paint: (style: Style, text: string) => string;
}

/** The streams of this process, as the settings want them used. */
export function createOutput(
  config: Pick<GlobalConfig, 'color' | 'ascii' | 'quiet' | 'verbose'>,
  streams: { readonly stdout: NodeJS.WriteStream; readonly stderr: NodeJS.WriteStream } = process,
): Output {
  const { stdout, stderr } = streams;
  return {
    isLive: stdout.isTTY && stderr.isTTY,
    ascii: config.ascii,
    verbose: config.verbose,
    columns: () => (stdout.isTTY ? stdout.columns : 80),
    line: (text) => void stdout.write(`${text}\n`),
    note: (text) => {
      if (!config.quiet) stderr.write(`${text}\n`);
    },
    warn: (text) => void stderr.write(`${text}\n`),
    // Colour in a pipe would end up in files and other programs.
    paint: (style, text) => (config.color && stdout.isTTY && stderr.isTTY ? styleText(style, text) : text),
  };
}
