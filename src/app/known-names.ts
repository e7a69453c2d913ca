/**
 * Names that can be typed as arguments: of workers and sessions from Redis, of everything else from this machine.
 * Nobody waits long for it, and nothing is ever said of what could not be looked up.
 */
import { ERROR_CATALOGUE } from '../base/error-catalogue.ts';
import { systemClock } from '../base/clock.ts';
import { within } from '../base/within.ts';
import { readContexts } from '../config/contexts.ts';
import { redisWithPassword } from '../config/password-file.ts';
import { type FlagValues, gatherSettings } from '../config/raw.ts';
import { resolveSection } from '../config/resolve.ts';
import { globalSection } from '../config/settings/global.ts';
import { keyedRows } from '../config/shown-settings.ts';
import type { Cluster } from './open-registry.ts';

export interface KnownName {
  readonly name: string;
  /** A few words on what it is. */
  readonly about: string;
}

export interface KnownNamesOptions {
  readonly of: 'worker' | 'session' | 'context' | 'setting' | 'schema' | 'error';
  /** As they were typed; they may name another cluster. */
  readonly flags: FlagValues;
  /** Of a look into Redis, the connection included. */
  readonly timeoutMs: number;
}

/** The names there are; none where they cannot be found out. A connection may outlive the answer by its timeout. */
export async function knownNames(options: KnownNamesOptions): Promise<readonly KnownName[]> {
  try {
    const names = await find(options);
    return names.toSorted((a, b) => a.name.localeCompare(b.name));
  } catch {
    return [];
  }
}

async function find({ of, flags, timeoutMs }: KnownNamesOptions): Promise<readonly KnownName[]> {
  switch (of) {
    case 'context':
      return [...readContexts().byName.keys()].map((name) => ({ name, about: '' }));
    case 'setting':
      return keyedRows().map(({ key, row }) => ({ name: key, about: row.doc }));
    case 'error':
      return Object.entries(ERROR_CATALOGUE).flatMap(([code, { ref, title }]) => [
        { name: ref, about: title },
        { name: code, about: title },
      ]);
    case 'schema': {
      const { SCHEMAS } = await import('../schema/catalogue.ts');
      return SCHEMAS.map(({ name }) => ({ name: name.replace(/^rt\.|\/v\d+$/g, ''), about: '' }));
    }
    default:
      return live(of, flags, timeoutMs);
  }
}

async function live(
  of: 'worker' | 'session',
  flags: FlagValues,
  timeoutMs: number,
): Promise<readonly KnownName[]> {
  const settings = resolveSection(globalSection, gatherSettings({ flags }));
  // Loaded first: only Redis is to be timed.
  const { openRegistry } = await import('./open-registry.ts');
  const opening = openRegistry({
    redisUrl: redisWithPassword(settings),
    prefix: settings.values.prefix,
    connectTimeoutMs: timeoutMs,
    name: 'rt-completion',
  });
  const names = await within(systemClock, timeoutMs, look(of, opening));
  return names === 'late' ? [] : names;
}

async function look(of: 'worker' | 'session', opening: Promise<Cluster>): Promise<readonly KnownName[]> {
  const cluster = await opening;
  const { fleet } = cluster.registry;
  try {
    if (of === 'worker') {
      const workers = await fleet.workers();
      return workers.map(({ id, status }) => ({ name: id, about: status }));
    }
    const sessions = await fleet.sessions();
    return sessions.map(({ id, workerId }) => ({ name: id, about: `on ${workerId}` }));
  } finally {
    await cluster.stop();
  }
}
