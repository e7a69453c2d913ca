/** What a setting may hold: how its text is read, and what to say when it cannot be. */
import { parseDurationMs } from './durations.ts';

/** Text as it stands on the command line, in the environment or in a file; a list where one was given. */
export type RawValue = string | readonly string[];

export interface Kind<T> {
  /** `toggle` is a flag without a value, `list` may be repeated. */
  readonly form: 'value' | 'toggle' | 'list';
  /** Completes `expected …`. */
  readonly expects: string;
  /** The word that stands for the value in a help text. */
  readonly placeholder: string;
  /** The closed set, where there is one. */
  readonly options?: readonly string[];
  /** The value, or undefined when the text is not one. */
  parse(raw: RawValue): T | undefined;
}

/** A kind of one text. */
function scalar<T>(placeholder: string, expects: string, read: (text: string) => T | undefined): Kind<T> {
  return {
    form: 'value',
    placeholder,
    expects,
    parse: (raw) => (typeof raw === 'string' ? read(raw) : undefined),
  };
}

/** Any non-empty text; `placeholder` names it in help. */
export function text(placeholder: string): Kind<string> {
  return scalar(placeholder, 'a non-empty text', (raw) => (raw === '' ? undefined : raw));
}

/** A whole number from `least` to `most`. */
export function integer(least: number, most: number): Kind<number> {
  return scalar('N', `a whole number from ${String(least)} to ${String(most)}`, (raw) => {
    const value = /^-?\d+$/.test(raw) ? Number(raw) : Number.NaN;
    return value >= least && value <= most ? value : undefined;
  });
}

/** How an engine uses its cores. */
export interface ThreadLayoutText {
  readonly engines: number;
  readonly intraOpThreads: number;
}

/** `ENGINESxTHREADS`; a single number is that many threads of one engine. */
export const threadLayout: Kind<ThreadLayoutText> = scalar(
  'ExT',
  'ENGINESxTHREADS, for example 2x1, or a number of threads',
  (raw) => {
    const [, engines, threads] = /^(?:(\d{1,3})x)?(\d{1,4})$/.exec(raw) ?? [];
    const layout = { engines: Number(engines ?? 1), intraOpThreads: Number(threads) };
    return layout.engines > 0 && layout.intraOpThreads > 0 ? layout : undefined;
  },
);

/** A duration with its unit, as milliseconds. */
export const durationMs: Kind<number> = scalar(
  'DURATION',
  'a duration with its unit, for example 500ms, 2s or 1m',
  parseDurationMs,
);

/** One of `options`. */
export function choice<const T extends string>(...options: readonly T[]): Kind<T> {
  const kind = scalar(options.join('|'), `one of ${options.join(', ')}`, (raw) =>
    options.find((option) => option === raw),
  );
  return { ...kind, options };
}

/** On or off. */
export const toggle: Kind<boolean> = {
  form: 'toggle',
  placeholder: '',
  expects: 'true or false',
  parse: (raw) => {
    if (raw === 'true' || raw === '1') return true;
    return raw === 'false' || raw === '0' ? false : undefined;
  },
};

/** `HOST:PORT`, IPv6 in brackets, port 0 for any free one. */
export const address: Kind<string> = scalar('HOST:PORT', 'HOST:PORT, for example 127.0.0.1:8000', (raw) => {
  const [, host, port] = /^(\[[0-9a-fA-F:.%]+\]|[^\s:/[\]]+):(\d{1,5})$/.exec(raw) ?? [];
  return host !== undefined && Number(port) <= 65_535 ? raw : undefined;
});

/** A URL with one of `protocols` (written without the colon), kept as text without a trailing slash. */
export function url(...protocols: readonly string[]): Kind<string> {
  return scalar(
    'URL',
    `a URL that begins with ${protocols.map((name) => `${name}://`).join(' or ')}`,
    (raw) => {
      const parsed = URL.canParse(raw) ? new URL(raw) : undefined;
      if (parsed === undefined || !protocols.includes(parsed.protocol.slice(0, -1))) return undefined;
      return raw.replace(/\/+$/, '');
    },
  );
}

/** What `kind` reads, or the word `word`. */
export function orWord<T, const W extends string>(kind: Kind<T>, word: W): Kind<T | W> {
  return {
    ...kind,
    placeholder: `${kind.placeholder}|${word}`,
    expects: `${kind.expects}, or ${word}`,
    parse: (raw) => (raw === word ? word : kind.parse(raw)),
  };
}

/** Any number of `kind`: a repeated flag, a list in a file, or one text with commas. */
export function listOf<T>(kind: Kind<T>): Kind<readonly T[]> {
  return {
    ...kind,
    form: 'list',
    parse: (raw) => {
      const texts = typeof raw === 'string' ? raw.split(',').map((part) => part.trim()) : raw;
      const values = texts.map((one) => kind.parse(one));
      return values.length > 0 && values.every((value) => value !== undefined) ? values : undefined;
    },
  };
}
