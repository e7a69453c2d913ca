import { dial } from '../../src/transport/ws-client.ts';
import { listen } from '../../src/transport/ws-server.ts';
import type { Socket } from '../../src/transport/socket.ts';
import { socketContract } from '../contract/socket-contract.ts';

for (const side of ['client', 'server'] as const) {
  socketContract(`the ws ${side} socket`, async () => {
    let accept: (socket: Socket) => void = () => {};
    const accepted = new Promise<Socket>((resolve) => {
      accept = resolve;
    });
    const server = await listen({
      host: '127.0.0.1',
      port: 0,
      onRequest: (_request, response) => void response.end(),
      route: () => 'accept',
      onSocket: (socket) => accept(socket),
    });
    const client = await dial({
      url: server.wsUrl,
      timeoutMs: 5_000,
      maxPayloadBytes: 1 << 20,
      unreachable: 'gateway_unreachable',
    });
    const opened = await accepted;
    const [near, far] = side === 'client' ? [client, opened] : [opened, client];
    return { near, far, stop: () => server.close(0) };
  });
}
