/** How long one message of audio takes through a WebSocket of this machine and back, both ends in this process. */
import type { Clock } from '../../base/clock.ts';
import { createLatencyHistogram, type LatencyHistogram } from '../histogram.ts';
import { dial } from '../../transport/ws-client.ts';
import { listen } from '../../transport/ws-server.ts';
import type { Socket } from '../../transport/socket.ts';

/** 80 ms of 16-bit audio. */
const MESSAGE_BYTES = 2560;
const EVERY_MS = 10;
const CONNECT_WITHIN_MS = 5000;

/** One message at a time. @throws RtError of the sockets; the signal's reason */
export async function readLoopback(
  clock: Clock,
  forMs: number,
  signal: AbortSignal,
): Promise<LatencyHistogram> {
  const server = await listen({
    host: '127.0.0.1',
    port: 0,
    onRequest: (_request, response) => void response.writeHead(404).end(),
    route: () => 'accept',
    onSocket: (socket) => socket.onMessage((data) => socket.send(data)),
  });
  try {
    const socket = await dial({
      url: server.wsUrl,
      timeoutMs: CONNECT_WITHIN_MS,
      maxPayloadBytes: MESSAGE_BYTES,
      unreachable: 'gateway_unreachable',
      signal,
    });
    try {
      return await echo(socket, { clock, forMs, signal });
    } finally {
      socket.close(1000, '');
    }
  } finally {
    await server.close(0);
  }
}

async function echo(
  socket: Socket,
  { clock, forMs, signal }: { readonly clock: Clock; readonly forMs: number; readonly signal: AbortSignal },
): Promise<LatencyHistogram> {
  const roundTrip = createLatencyHistogram();
  const message = new Uint8Array(MESSAGE_BYTES);
  let onEcho = (): void => undefined;
  socket.onMessage(() => onEcho());
  const untilMs = clock.nowMs() + forMs;
  while (clock.nowMs() < untilMs) {
    const back = new Promise<void>((resolve) => {
      onEcho = resolve;
    });
    const sentMs = clock.nowMs();
    socket.send(message);
    await Promise.race([back, socket.closed]);
    signal.throwIfAborted();
    if (!socket.isOpen) break;
    roundTrip.recordMs(clock.nowMs() - sentMs);
    await clock.sleep(EVERY_MS, signal);
  }
  return roundTrip;
}
