/**
 * What of a cluster may leave it in a bundle. Pure.
 *
 * Always true: what is not known to be harmless is left out. Text is kept only in fields that hold ids, names and times;
 * words people said, addresses of clients and fields of newer versions are not among them. Ids are kept, so that a
 * bundle can be held against logs.
 */
import { maskSecrets } from '../../config/secrets.ts';
import type { FleetEvent } from '../../registry/ports.ts';

export const MARK = '••••';

/** Fields of digests whose text may be shown. */
const HARMLESS = new Set([
  ...[
    'role',
    'id',
    'at',
    'status',
    'provider',
    'models',
    'url',
    'worker_id',
    'model',
    'language',
    'started_at',
  ],
]);

/** A digest without text but that of harmless fields; undefined where it is not JSON. */
export function redactDigest(json: string): unknown {
  try {
    return redact(JSON.parse(json), '');
  } catch {
    return undefined;
  }
}

function redact(value: unknown, field: string): unknown {
  if (typeof value === 'string') return HARMLESS.has(field) ? maskSecrets(value, MARK) : undefined;
  if (Array.isArray(value)) return value.map((each: unknown) => redact(each, field));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, redact(each, name)]));
}

/** A reason is kept where it is one word, as codes are; anything longer may quote somebody. */
export function redactEvent({ reason, ...event }: FleetEvent): FleetEvent {
  if (reason === undefined) return event;
  const isCode = /^[a-z][a-z0-9_.-]{0,40}$/.test(reason);
  return { ...event, reason: isCode ? reason : `(${String(reason.length)} characters)` };
}
