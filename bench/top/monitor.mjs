/** `rt top` on a pseudo-terminal of a given size, watched from outside: bytes, CPU time, memory, answers to keys. */
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';

const RUN = new URL('../../bin/run.js', import.meta.url).pathname;
/** The chosen row is marked with it, and nothing else is. */
const MARK = '›';
/** Characters of what was drawn last that are kept to look for something in. */
const LOOKED_AT = 1 << 16;
/** Of the kernel's clock in /proc (USER_HZ). */
const TICKS_PER_S = 100;

/** Resolves when `begun` has been drawn. */
export async function startMonitor({ columns, rows, args, begun }) {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'rt-top-load-'));
  const pidFile = path.join(folder, 'pid');
  const words = [process.execPath, RUN, 'top', ...args].join(' ');
  const child = spawn(
    'script',
    ['-qec', `stty cols ${columns} rows ${rows}; echo $$ > ${pidFile}; exec ${words}`, '/dev/null'],
    {
      stdio: ['pipe', 'pipe', 'inherit'],
      env: { ...process.env, LC_ALL: 'C.UTF-8', TERM: 'xterm-256color' },
    },
  );
  let bytes = 0;
  let drawn = '';
  child.stdout.setEncoding('utf8').on('data', (text) => {
    bytes += Buffer.byteLength(text);
    drawn = (drawn + text).slice(-LOOKED_AT);
  });
  await until(() => drawn.includes(begun));
  const pid = Number(readFileSync(pidFile, 'utf8'));
  return {
    bytes: () => bytes,
    cpuS: () => cpuSecondsOf(pid),
    rssBytes: () => Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))[1]) * 1024,
    type: (keys) => child.stdin.write(keys),
    /** Milliseconds from writing `key` to the terminal until the mark of the chosen row is drawn anew. */
    press: async (key) => {
      drawn = '';
      const pressedAtMs = performance.now();
      child.stdin.write(key);
      await until(() => drawn.includes(MARK), 1);
      return performance.now() - pressedAtMs;
    },
    stop: async () => {
      const ended = new Promise((resolve) => child.once('close', resolve));
      child.stdin.write('q');
      await ended;
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

async function until(holds, everyMs = 20) {
  const deadlineMs = performance.now() + 30_000;
  while (!holds()) {
    if (performance.now() > deadlineMs) throw new Error('rt top did not draw what was waited for');
    await new Promise((resolve) => setTimeout(resolve, everyMs));
  }
}

function cpuSecondsOf(pid) {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
    .replace(/^.*\) /, '')
    .split(' ');
  return (Number(fields[11]) + Number(fields[12])) / TICKS_PER_S;
}
