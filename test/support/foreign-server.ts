/** Servers of other products' wires, scripted, each in a process of its own. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { resolve } from 'node:path';

export interface ForeignServerOptions {
  readonly wire: 'vosk' | 'openai';
  /** Behind the message that is answered. */
  readonly delayMs?: number;
  readonly alternatives?: boolean;
  readonly answersTwice?: boolean;
  readonly isOlder?: boolean;
  readonly isEmptyAtEnd?: boolean;
  readonly fails?: boolean;
  /** Without it nobody is asked for one. */
  readonly key?: string;
}

const children: ChildProcess[] = [];

/** `ws://127.0.0.1:port` of a new one. */
export async function startForeignServer(options: ForeignServerOptions): Promise<string> {
  const script = resolve('test/support/foreign-server.mjs');
  const child = spawn(process.execPath, [script, JSON.stringify(options)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  children.push(child);
  const [line] = (await once(child.stdout, 'data')) as [Buffer];
  return line.toString().trim();
}

export async function stopForeignServers(): Promise<void> {
  for (const child of children.splice(0)) {
    const gone = once(child, 'exit');
    child.kill('SIGKILL');
    await gone;
  }
}
