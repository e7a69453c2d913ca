/**
 * One process pulls a model at a time; others wait for it and find the model there, or take over when it dies.
 *
 * The lock is a file with its holder's name that the holder touches while it lives. It is dead when its process
 * is gone (same host), or when it was not touched for a minute (another host, a container with other process
 * numbers). A dead lock is moved away first: of several that find it dead only one moves it.
 */
import { randomBytes } from 'node:crypto';
import { readFile, rename, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import type { Clock } from '../../base/clock.ts';
import { repeat } from '../../base/repeat.ts';

const TOUCH_MS = 5_000;
const DEAD_AFTER_MS = 60_000;
const LOOK_AGAIN_MS = 250;

export interface PullLock {
  release(): Promise<void>;
}

interface Holder {
  readonly host: string;
  readonly pid: number;
  /** Tells two locks of one process apart. */
  readonly token: string;
}

export interface LockOptions {
  readonly clock: Clock;
  readonly signal: AbortSignal;
  /** Called once, when somebody else holds it. */
  readonly onWaiting: (holder: string) => void;
}

/** Resolves once the lock is ours. @throws the signal's reason */
export async function acquirePullLock(path: string, options: LockOptions): Promise<PullLock> {
  const { clock, signal, onWaiting } = options;
  const own: Holder = { host: hostname(), pid: process.pid, token: randomBytes(6).toString('hex') };
  let isTold = false;
  while (!(await take(path, own))) {
    signal.throwIfAborted();
    const holder = await lookAt(path, clock);
    if (holder === 'gone') continue;
    if (holder.isDead) await moveAway(path, holder.text);
    else {
      if (!isTold) onWaiting(holder.name);
      isTold = true;
      await clock.sleep(LOOK_AGAIN_MS, signal);
    }
  }
  return keep(path, clock);
}

async function take(path: string, own: Holder): Promise<boolean> {
  try {
    await writeFile(path, JSON.stringify(own), { flag: 'wx' });
    return true;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return false;
    throw error;
  }
}

function keep(path: string, clock: Clock): PullLock {
  const stop = new AbortController();
  const touch = async (): Promise<void> => {
    const now = clock.date();
    await utimes(path, now, now).catch(() => undefined);
  };
  const touching = repeat(clock, { everyMs: TOUCH_MS, run: touch, signal: stop.signal });
  return {
    async release() {
      stop.abort(new Error('released'));
      await touching;
      await rm(path, { force: true });
    },
  };
}

interface Found {
  readonly name: string;
  readonly text: string;
  readonly isDead: boolean;
}

async function lookAt(path: string, clock: Clock): Promise<Found | 'gone'> {
  try {
    const { mtimeMs } = await stat(path);
    const text = await readFile(path, 'utf8');
    const isStale = clock.date().getTime() - mtimeMs > DEAD_AFTER_MS;
    const holder = parseHolder(text);
    // Written, but not yet filled: its holder is about to.
    if (holder === undefined) return { name: 'somebody', text, isDead: isStale };
    const isGone = holder.host === hostname() && !isAlive(holder.pid);
    return { name: `process ${holder.pid} on ${holder.host}`, text, isDead: isStale || isGone };
  } catch {
    return 'gone';
  }
}

function parseHolder(text: string): Holder | undefined {
  try {
    const value: unknown = JSON.parse(text);
    const isHolder = typeof value === 'object' && value !== null && 'pid' in value && 'host' in value;
    return isHolder ? (value as Holder) : undefined;
  } catch {
    return undefined;
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}

/** Between the look and the move somebody may have taken a new lock; that one goes back where it was. */
async function moveAway(path: string, deadText: string): Promise<void> {
  const aside = `${path}.${randomBytes(6).toString('hex')}`;
  try {
    await rename(path, aside);
    if ((await readFile(aside, 'utf8')) !== deadText) await rename(aside, path);
  } catch {
    // Somebody else moved it.
  } finally {
    await rm(aside, { force: true });
  }
}
