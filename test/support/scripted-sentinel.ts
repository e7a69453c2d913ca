/** A Sentinel that says what a test tells it to: who the master is, and that it moved. */
import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';
import { portOf } from './free-port.ts';

export interface ScriptedSentinel {
  /** For `--redis`. */
  readonly url: string;
  /** How often it was asked for the master. */
  asked(): number;
  /** Connections that will hear `announce`. */
  subscribers(): number;
  /** The master is at this loopback port from now on; nobody is told. */
  point(port: number): void;
  /** Tells subscribers that the master `name` is at `port` now. */
  announce(port: number, name?: string): void;
  stop(): Promise<void>;
}

const NAME = 'main';
const array = (...texts: readonly string[]): string =>
  `*${texts.length}\r\n${texts.map((text) => `$${Buffer.byteLength(text)}\r\n${text}\r\n`).join('')}`;

/** Listens on loopback; its master is at `masterPort`. */
export async function startScriptedSentinel(masterPort: number): Promise<ScriptedSentinel> {
  const sockets = new Set<Socket>();
  const subscribers = new Set<Socket>();
  let master = masterPort;
  let asked = 0;

  function answer(socket: Socket, [command = '', ...args]: readonly string[]): string {
    if (command === 'subscribe') {
      subscribers.add(socket);
      return `*3\r\n$9\r\nsubscribe\r\n$${args[0]?.length ?? 0}\r\n${args[0] ?? ''}\r\n:1\r\n`;
    }
    if (command === 'ping') return array('pong', '');
    if (command !== 'sentinel') return '+OK\r\n';
    if (args[0] !== 'get-master-addr-by-name') return '*0\r\n';
    asked += 1;
    return array('127.0.0.1', String(master));
  }

  const server = createServer((socket) => {
    sockets.add(socket);
    let unread = '';
    socket.on('error', () => {});
    socket.on('close', () => subscribers.delete(socket));
    socket.on('data', (bytes) => {
      const { commands, rest } = parseCommands(unread + bytes.toString());
      unread = rest;
      for (const command of commands) socket.write(answer(socket, command));
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');

  return {
    url: `redis+sentinel://127.0.0.1:${portOf(server.address())}/${NAME}`,
    asked: () => asked,
    subscribers: () => subscribers.size,
    point(port) {
      master = port;
    },
    announce(port, name = NAME) {
      const text = `${name} 127.0.0.1 1 127.0.0.1 ${port}`;
      for (const socket of subscribers) socket.write(array('message', '+switch-master', text));
    },
    async stop() {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}

/** Whole commands at the beginning of `text`, in lower case words, and what is left of it. */
function parseCommands(text: string): { commands: readonly (readonly string[])[]; rest: string } {
  const commands: string[][] = [];
  let rest = text;
  for (;;) {
    const count = Number(/^\*(\d+)\r\n/.exec(rest)?.[1] ?? 0);
    const whole = new RegExp(`^\\*${count}\\r\\n((?:\\$\\d+\\r\\n[^\\r]*\\r\\n){${count}})`).exec(rest);
    if (count === 0 || !whole) return { commands, rest };
    const words = whole[1]?.split('\r\n').filter((_, i) => i % 2 === 1) ?? [];
    commands.push([words[0]?.toLowerCase() ?? '', ...words.slice(1)]);
    rest = rest.slice(whole[0].length);
  }
}
