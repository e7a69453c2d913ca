/**
 * A relay to Redis that stops a caller in the middle of a chosen command: before it reached Redis, or after it ran
 * and before its answer. What was sent behind the command is lost with it, and the caller hears nothing more, until
 * the test kills the caller or cuts the connection.
 *
 * It reads what clients send, commands as arrays of strings; answers pass as they are. That a command has run is
 * known from the echo to a PING sent right behind it, so nothing depends on time.
 */
import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import type { LuaScript } from '../../src/registry/scripts.ts';
import { portOf } from './free-port.ts';

/** Before the command reached Redis, or after it ran and before its answer reached the caller. */
export type Moment = 'before' | 'after';

export const MOMENTS: readonly Moment[] = ['before', 'after'];

export interface Stop {
  readonly moment: Moment;
  /** True of the command to stop at, its name in capitals. */
  readonly at: (command: readonly string[]) => boolean;
  /** The first such command unless said otherwise. */
  readonly nth?: number;
}

export interface ScriptGate {
  readonly url: string;
  /** Resolves once a caller stands there. */
  hold(stop: Stop): Promise<void>;
  /** Ends the connections that are held. */
  cut(): void;
  close(): Promise<void>;
}

/** True of calls of that script. Redis must know it already, or the call that counts would be the next one. */
export function callOf(script: LuaScript): Stop['at'] {
  return ([name, sha]) => name === 'EVALSHA' && sha === script.sha;
}

interface Trap extends Stop {
  left: number;
  readonly reached: () => void;
}

const MARK = 'rt-script-gate';

/** Relays connections to the Redis on a loopback port. */
export async function startScriptGate(redisPort: number): Promise<ScriptGate> {
  const traps = new Set<Trap>();
  const held = new Set<Socket>();
  const open = new Set<Socket>();
  const server = createServer((client) => {
    open.add(client);
    relay(client, connect(redisPort, '127.0.0.1'), { traps, held });
    client.once('close', () => {
      open.delete(client);
      held.delete(client);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `redis://127.0.0.1:${String(portOf(server.address()))}`,
    hold: (stop) =>
      new Promise((resolve) => traps.add({ ...stop, left: stop.nth ?? 1, reached: () => resolve() })),
    cut() {
      for (const client of held) client.destroy();
    },
    async close() {
      server.close();
      for (const client of open) client.destroy();
      await once(server, 'close');
    },
  };
}

function relay(
  client: Socket,
  redis: Socket,
  { traps, held }: { readonly traps: Set<Trap>; readonly held: Set<Socket> },
): void {
  let sent = Buffer.alloc(0);
  let onEcho: (() => void) | undefined;
  client.on('data', (bytes) => {
    if (held.has(client)) return;
    sent = Buffer.concat([sent, bytes]);
    for (let command = readCommand(sent); command && !held.has(client); command = readCommand(sent)) {
      const trap = sprung(traps, command.words);
      if (trap) held.add(client);
      if (trap?.moment !== 'before') redis.write(sent.subarray(0, command.bytes));
      sent = sent.subarray(command.bytes);
      if (trap?.moment === 'after') {
        onEcho = trap.reached;
        redis.write(`*2\r\n$4\r\nPING\r\n$${String(MARK.length)}\r\n${MARK}\r\n`);
      } else trap?.reached();
    }
  });
  let answered = '';
  redis.on('data', (bytes) => {
    if (!held.has(client)) return void client.write(bytes);
    answered = (answered + bytes.toString('latin1')).slice(-4096);
    if (answered.includes(MARK)) onEcho?.();
  });
  const end = (): void => {
    client.destroy();
    redis.destroy();
  };
  for (const socket of [client, redis]) socket.on('error', end).on('close', end);
}

/** The trap that `words` sets off. */
function sprung(traps: Set<Trap>, words: readonly string[]): Trap | undefined {
  for (const trap of traps) {
    if (!trap.at(words)) continue;
    trap.left -= 1;
    if (trap.left > 0) continue;
    traps.delete(trap);
    return trap;
  }
  return undefined;
}

/** The first command of `bytes` once it is whole. */
function readCommand(
  bytes: Buffer,
): { readonly words: readonly string[]; readonly bytes: number } | undefined {
  let end = 0;
  const readCount = (): number | undefined => {
    const stop = bytes.indexOf('\r\n', end);
    if (stop < 0) return undefined;
    const count = Number(bytes.toString('latin1', end + 1, stop));
    end = stop + 2;
    return count;
  };
  const count = readCount();
  if (count === undefined) return undefined;
  const words: string[] = [];
  for (let index = 0; index < count; index += 1) {
    const length = readCount();
    if (length === undefined || bytes.length < end + length + 2) return undefined;
    words.push(bytes.toString('utf8', end, end + length));
    end += length + 2;
  }
  return { words: [words[0]?.toUpperCase() ?? '', ...words.slice(1)], bytes: end };
}
