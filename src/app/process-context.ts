/** What every part of a process shares, so that it is created once and handed down. */
import { type Clock, systemClock } from '../base/clock.ts';
import { RtError } from '../base/errors.ts';
import { createProcessId, isId } from '../base/ids.ts';
import type { Logger } from '../base/log.ts';
import { type Closing, createClosing } from './closing.ts';
import { createLogger } from './logging.ts';
import type { LogLevel, ProcessRole } from './ports.ts';
import { createExporter, type Exporter } from './prometheus.ts';

export interface ProcessContext {
  readonly role: ProcessRole;
  readonly id: string;
  readonly clock: Clock;
  readonly log: Logger;
  readonly exporter: Exporter;
  readonly closing: Closing;
}

/** @throws RtError config_invalid for an id that cannot become part of a key */
export function createContext(
  role: ProcessRole,
  options: { readonly id?: string | undefined; readonly logLevel: LogLevel },
): ProcessContext {
  const { id = createProcessId(role), logLevel } = options;
  if (!isId(id)) {
    throw new RtError('config_invalid', `"${id}" cannot be the id of a ${role}`, {
      hint: 'Use 1 to 64 letters, digits, "_" or "-" for --id.',
    });
  }
  const clock = systemClock;
  const log = createLogger({ level: logLevel, fields: { role, id } });
  return { role, id, clock, log, exporter: createExporter(), closing: createClosing({ clock, log }) };
}
