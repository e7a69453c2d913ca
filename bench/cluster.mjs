/** A private redis-server, one `rt worker` and one `rt gateway` as processes, for measurements. */
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import os from 'node:os';
import path from 'node:path';

const RUN = new URL('../bin/run.js', import.meta.url).pathname;

async function freePort() {
  const server = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const { port } = server.address();
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** Starts an `rt` server command and waits for its ready line. */
export async function startServer(args, env = {}) {
  const child = spawn(process.execPath, [RUN, ...args], {
    stdio: ['ignore', 'ignore', 'pipe'],
    env: { ...process.env, ...env },
  });
  let text = '';
  const ready = await new Promise((resolve, reject) => {
    child.once('exit', (code) => reject(new Error(`rt ${args[0]} ended with ${code}: ${text}`)));
    child.stderr.setEncoding('utf8').on('data', (data) => {
      text += data;
      const line = text.split('\n').find((each) => each.includes('"type":"ready"'));
      if (line) resolve(JSON.parse(line));
    });
  });
  return { child, ready };
}

export async function startRedis() {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'rt-bench-'));
  const port = await freePort();
  const child = spawn(
    'redis-server',
    ['--port', port, '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no', '--dir', folder],
    {
      stdio: ['ignore', 'pipe', 'ignore'],
    },
  );
  await new Promise((resolve, reject) => {
    child.once('exit', () => reject(new Error('redis-server did not start')));
    child.stdout.setEncoding('utf8').on('data', (data) => data.includes('Ready to accept') && resolve());
  });
  return {
    url: `redis://127.0.0.1:${port}`,
    stop: () => {
      child.kill('SIGKILL');
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Resident memory of a process in MB. */
export function rssMb(pid) {
  const kb = /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
  return Math.round(Number(kb) / 1024);
}

export async function startCluster({ capacity }) {
  const redis = await startRedis();
  const worker = await startServer([
    'worker',
    '--listen',
    '127.0.0.1:0',
    '--capacity',
    capacity,
    '--redis',
    redis.url,
  ]);
  const gateway = await startServer(['gateway', '--listen', '127.0.0.1:0', '--redis', redis.url]);
  const stop = async () => {
    for (const { child } of [gateway, worker]) {
      const ended = new Promise((resolve) => child.once('exit', resolve));
      child.kill('SIGTERM');
      await ended;
    }
    redis.stop();
  };
  return {
    gateway: gateway.ready.url,
    worker: worker.ready.url,
    rss: () => ({ gateway: rssMb(gateway.child.pid), worker: rssMb(worker.child.pid) }),
    stop,
  };
}
