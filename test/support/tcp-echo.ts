/** A TCP server that sends back what it gets, and clients that read it to their liking. */
import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

export interface EchoServer {
  readonly host: string;
  readonly port: number;
  /** Connections that came, in order. */
  readonly sockets: readonly Socket[];
  /** Bytes received on all connections. */
  receivedBytes(): number;
  stop(): Promise<void>;
}

export async function startEcho(onSocket?: (socket: Socket) => void): Promise<EchoServer> {
  const sockets: Socket[] = [];
  let receivedBytes = 0;
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    sockets.push(socket);
    socket.on('error', () => {});
    socket.on('data', (chunk) => (receivedBytes += chunk.length));
    if (onSocket === undefined) socket.pipe(socket);
    else onSocket(socket);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    host: '127.0.0.1',
    port: (server.address() as AddressInfo).port,
    sockets,
    receivedBytes: () => receivedBytes,
    async stop() {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}

export interface TcpClient {
  readonly socket: Socket;
  /** Everything received so far. */
  received(): Buffer;
  /** Resolves with what was received once it is `bytes` long; rejects when the connection ends before. */
  until(bytes: number): Promise<Buffer>;
  /** How the connection ended: the error code of a reset, else `closed`. */
  readonly gone: Promise<string>;
}

export async function connectTcp(port: number): Promise<TcpClient> {
  const socket = connect({ port, host: '127.0.0.1' });
  const chunks: Buffer[] = [];
  let fault = 'closed';
  let sizeBytes = 0;
  socket.on('error', (error: NodeJS.ErrnoException) => (fault = error.code ?? error.message));
  socket.on('data', (chunk: Buffer) => {
    chunks.push(chunk);
    sizeBytes += chunk.length;
    socket.emit('progress');
  });
  const gone = new Promise<string>((resolve) => {
    socket.once('close', () => resolve(fault));
  });
  await Promise.race([once(socket, 'connect'), gone.then((how) => Promise.reject(new Error(how)))]);
  return {
    socket,
    gone,
    received: () => Buffer.concat(chunks),
    async until(bytes) {
      while (sizeBytes < bytes) {
        const news = new Promise<true>((resolve) => socket.once('progress', () => resolve(true)));
        if (!(await Promise.race([news, gone.then(() => false)]))) {
          throw new Error(`ended after ${sizeBytes} of ${bytes} bytes`);
        }
      }
      return Buffer.concat(chunks);
    },
  };
}
