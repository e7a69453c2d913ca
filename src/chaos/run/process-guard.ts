/**
 * Ends the processes of a rehearsal when this one ends, however it ends: a shell reads their pids from a pipe, and the
 * kernel closes that pipe even after SIGKILL. A stopped process would otherwise stay for ever.
 */
import { execa } from 'execa';

const GUARD = `
folder=$1
live=
while read -r op pid; do
  case $op in
  +) live="$live $pid" ;;
  -) kept=; for each in $live; do [ "$each" = "$pid" ] || kept="$kept $each"; done; live=$kept ;;
  esac
done
for each in $live; do kill -9 "$each" 2>/dev/null; done
rm -rf -- "$folder"
`;

export interface ProcessGuard {
  /** To be ended with this process. */
  add(pid: number): void;
  /** It has ended by itself: its number may soon be another's. */
  remove(pid: number): void;
  /** Ends all that are left and removes the folder. */
  close(): Promise<void>;
}

export function openProcessGuard(folder: string): ProcessGuard {
  const shell = execa('sh', ['-c', GUARD, 'rt-chaos', folder], {
    stdin: 'pipe',
    stdout: 'ignore',
    stderr: 'ignore',
    // In a session of its own: Ctrl-C in a terminal is for the rehearsal, which ends its processes in order.
    detached: true,
    reject: false,
    cleanup: false,
  });
  shell.stdin.on('error', () => undefined);
  return {
    add: (pid) => void shell.stdin.write(`+ ${pid}\n`),
    remove: (pid) => void shell.stdin.write(`- ${pid}\n`),
    async close() {
      shell.stdin.end();
      await shell;
    },
  };
}
