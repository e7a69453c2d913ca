/** Starts gateway-process.mjs on the built code, and asks it. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface, type Interface } from 'node:readline';
import { fileURLToPath } from 'node:url';

export interface GatewayProcess {
  readonly child: ChildProcess;
  /** The answer to one command; rejects when the process has ended. */
  ask(command: string): Promise<string>;
}

/** `args`: URL of Redis, prefix, name. */
export function startGatewayProcess(args: readonly string[]): GatewayProcess {
  const script = fileURLToPath(new URL('gateway-process.mjs', import.meta.url));
  const dist = fileURLToPath(new URL('../../dist', import.meta.url));
  const child = spawn(process.execPath, [script, dist, ...args], { stdio: ['pipe', 'pipe', 'inherit'] });
  const lines: Interface = createInterface({ input: child.stdout });
  const gone = once(child, 'exit').then(([code]) => Promise.reject(new Error(`gateway ended with ${code}`)));
  gone.catch(() => {});
  return {
    child,
    async ask(command) {
      const line = once(lines, 'line');
      child.stdin.write(`${command}\n`);
      return ((await Promise.race([line, gone])) as [string])[0];
    },
  };
}
