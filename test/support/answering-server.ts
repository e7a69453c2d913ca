/** Starts answering-server.mjs: a gateway whose delays are known, in a process of its own. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { resolve } from 'node:path';
import { createInterface } from 'node:readline';

export type AnsweringPlan =
  | { readonly mode: 'messages'; readonly delayMs: number }
  | { readonly mode: 'words'; readonly shownMs: number; readonly finalMs: number };

export interface AnsweringServer {
  readonly url: string;
  kill(signal: 'SIGSTOP' | 'SIGCONT'): void;
  /** Ends it; says how late half of its answers were by its own clock. */
  stop(): Promise<{ readonly answers: number; readonly late_p50_ms: number }>;
}

export async function startAnsweringServer(plan: AnsweringPlan): Promise<AnsweringServer> {
  const child = spawn(
    process.execPath,
    [resolve('test/support/answering-server.mjs'), resolve('dist'), JSON.stringify(plan)],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  );
  const lines = createInterface({ input: child.stdout });
  const next = async (): Promise<unknown> => {
    const [line] = (await Promise.race([once(lines, 'line'), once(child, 'exit')])) as [unknown];
    if (typeof line !== 'string') throw new Error('the answering server ended before it said anything');
    return JSON.parse(line);
  };
  const { url } = (await next()) as { readonly url: string };
  return {
    url,
    kill: (signal) => void child.kill(signal),
    async stop() {
      const said = next();
      child.kill('SIGCONT');
      child.kill('SIGTERM');
      return (await said) as Awaited<ReturnType<AnsweringServer['stop']>>;
    },
  };
}
