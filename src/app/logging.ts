/**
 * The log of a server: JSON lines on stderr, written without ever blocking the thread that serves sockets.
 *
 * Always true: nothing a client said or a key that opened a door stands in a line, also when a caller hands it
 * over by mistake; and no line can be taken for the ready line, because none has a field `type`.
 */
import { type DestinationStream, destination, type Logger as PinoLogger, pino } from 'pino';
import type { LogFields, Logger } from '../base/log.ts';
import type { LogLevel } from './ports.ts';

/** What must not be read in a log, at the top of a line or up to two levels below. */
const SECRET_KEYS = ['token', 'resume_token', 'password', 'text', 'last_text', 'transcript', 'audio', 'pcm'];
const DEPTH_PREFIXES = ['', '*.', '*.*.'];
/** A reader of stderr that does not read loses lines rather than memory. */
const MAX_WAITING_BYTES = 1024 * 1024;

export interface LoggingOptions {
  readonly level: LogLevel;
  /** Stand in each line: role and id of the process. */
  readonly fields: LogFields;
  /** Where lines go instead of stderr. */
  readonly to?: DestinationStream;
}

export function createLogger(options: LoggingOptions): Logger {
  const to = options.to ?? destination({ dest: 2, sync: false, maxLength: MAX_WAITING_BYTES });
  return wrap(
    pino(
      {
        level: options.level,
        base: withoutType(options.fields),
        timestamp: () => `,"time":"${new Date().toISOString()}"`,
        formatters: { level: (level) => ({ level }) },
        redact: {
          paths: DEPTH_PREFIXES.flatMap((prefix) => SECRET_KEYS.map((key) => prefix + key)),
          censor: '[redacted]',
        },
      },
      to,
    ),
  );
}

function wrap(log: PinoLogger): Logger {
  return {
    debug: (message, fields) => log.debug(withoutType(fields), message),
    info: (message, fields) => log.info(withoutType(fields), message),
    warn: (message, fields) => log.warn(withoutType(fields), message),
    error: (message, fields) => log.error(withoutType(fields), message),
    child: (fields) => wrap(log.child(withoutType(fields))),
  };
}

function withoutType(fields: LogFields = {}): LogFields {
  if (!('type' in fields)) return fields;
  const { type, ...rest } = fields;
  return { ...rest, kind: type };
}
