/** What is to be said of what this process may have. Pure. */
import { type Finding, fail, ok, skip, warn } from './finding.ts';
import type { LimitsFacts } from './limits-facts.ts';

const MEBIBYTE = 2 ** 20;
/** A session of a gateway has a socket to its client and one to its worker. */
const FILES_PER_SESSION = 2;
const FEW_FILES = 4096;
const HARDLY_FILES = 256;
/** The bundled model with its runtime. */
const LITTLE_MEMORY = 512 * MEBIBYTE;
const HARDLY_MEMORY = 160 * MEBIBYTE;
const OFTEN_THROTTLED = 0.05;
const OLDEST_NODE = [20, 19] as const;
/** Majors whose support has ended (nodejs.org/en/about/previous-releases). */
const ENDED_MAJORS = [20, 21, 23];

export function judgeLimits(facts: LimitsFacts): readonly Finding[] {
  return [
    node(facts),
    openFiles(facts),
    processor(facts),
    memory(facts),
    sharedMemory(facts),
    core(facts),
    hugePages(facts),
  ];
}

function node({ node: version }: LimitsFacts): Finding {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const isOld = major < OLDEST_NODE[0] || (major === OLDEST_NODE[0] && minor < OLDEST_NODE[1]);
  if (isOld) {
    return fail('node', `${version} is older than ${OLDEST_NODE.join('.')}`, {
      hint: 'Install Node 22 or 24.',
    });
  }
  if (!ENDED_MAJORS.includes(major)) return ok('node', version);
  return ok('node', version, { hint: 'This release gets no more security fixes; Node 22 and 24 do.' });
}

function openFiles({ openFiles: most }: LimitsFacts): Finding {
  if (most === undefined) return skip('open files', 'this system does not tell');
  const text =
    most === Number.POSITIVE_INFINITY
      ? 'no limit'
      : `${String(most)}, so about ${String(Math.floor(most / FILES_PER_SESSION))} sessions of a gateway`;
  const advice = {
    hint: 'Raise it where the servers are started.',
    fix: 'LimitNOFILE=65536 (systemd), ulimit -n 65536',
  };
  if (most < HARDLY_FILES) return fail('open files', text, advice);
  return most < FEW_FILES ? warn('open files', text, advice) : ok('open files', text);
}

function processor({ cores, quotaCores, throttledShare }: LimitsFacts): Finding {
  const text =
    quotaCores === undefined
      ? `${String(cores)} cores, no quota`
      : `${String(cores)} cores, a quota of ${quotaCores.toFixed(2)}`;
  if (quotaCores !== undefined && quotaCores < 1) {
    return warn('cpu', text, {
      hint: 'A step that begins late ends late: give a worker whole cores.',
      fix: 'CPUQuota=100% (systemd), --cpus 1 (docker)',
    });
  }
  if (throttledShare !== undefined && throttledShare > OFTEN_THROTTLED) {
    return warn('cpu', `${text}; throttled in ${(100 * throttledShare).toFixed(0)} % of the periods`, {
      hint: 'The quota is used up: raise it, or lower --capacity of the worker.',
    });
  }
  return ok('cpu', text);
}

function memory({ memoryBytes, memoryLimitBytes, memoryFreeBytes }: LimitsFacts): Finding {
  const limit =
    memoryLimitBytes === undefined
      ? `${mebibytes(memoryBytes)}, no limit`
      : `a limit of ${mebibytes(memoryLimitBytes)}`;
  if (memoryFreeBytes === undefined) return skip('memory', limit);
  const text = `${limit}, ${mebibytes(memoryFreeBytes)} to be had`;
  const advice = {
    hint: 'A worker that is refused memory is ended and its sessions move: raise the limit, or end something else.',
  };
  if (memoryFreeBytes < HARDLY_MEMORY) return fail('memory', text, advice);
  return memoryFreeBytes < LITTLE_MEMORY ? warn('memory', text, advice) : ok('memory', text);
}

/** Nothing of ours needs it; drivers and libraries of GPUs do. */
function sharedMemory({ sharedMemory: shm }: LimitsFacts): Finding {
  if (shm === undefined) return skip('/dev/shm', 'not there; only libraries of GPUs need it');
  const text = `${mebibytes(shm.totalBytes)}, ${mebibytes(shm.freeBytes)} free`;
  if (shm.totalBytes === 0 || shm.freeBytes > shm.totalBytes / 20) return ok('/dev/shm', text);
  return warn('/dev/shm', text, {
    hint: 'Libraries of GPUs need it: empty it or make it larger.',
    fix: '--shm-size 1g (docker)',
  });
}

function core({ coreBytes }: LimitsFacts): Finding {
  if (coreBytes === undefined) return skip('core dumps', 'this system does not tell');
  if (coreBytes === 0) return ok('core dumps', 'off');
  return ok(
    'core dumps',
    coreBytes === Number.POSITIVE_INFINITY ? 'on' : `on, up to ${mebibytes(coreBytes)}`,
    {
      hint: 'A crash writes the audio that is in memory to disk; where that is not wanted, turn them off.',
      fix: 'LimitCORE=0 (systemd), ulimit -c 0',
    },
  );
}

function hugePages({ hugePages: mode }: LimitsFacts): Finding {
  if (mode === undefined) return skip('huge pages', 'this system does not tell');
  if (mode !== 'always') return ok('huge pages', mode);
  return ok('huge pages', mode, {
    hint: 'On the machine of a Redis that saves to disk, madvise keeps its answers even.',
    fix: 'echo madvise > /sys/kernel/mm/transparent_hugepage/enabled',
  });
}

function mebibytes(bytes: number): string {
  return `${String(Math.round(bytes / MEBIBYTE))} MiB`;
}
