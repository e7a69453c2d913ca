/** `rt mock`: a gateway of made-up words, with the health and metrics every server has. */
import { openMockGateway } from '../chaos/mock/mock-gateway.ts';
import { parseAddress } from '../transport/address.ts';
import { openOrClose } from './closing.ts';
import { createHealthHandler } from './health.ts';
import type { LogLevel, RunningProcess } from './ports.ts';
import { createContext } from './process-context.ts';

export interface MockOptions {
  readonly logLevel: LogLevel;
  readonly listen: string;
}

/** @throws RtError config_invalid, address_in_use */
export async function startMock(options: MockOptions): Promise<RunningProcess> {
  const { id, clock, log, exporter, closing } = createContext('mock', options);
  return openOrClose(closing, async () => {
    const server = await openMockGateway({
      listen: parseAddress(options.listen),
      onRequest: createHealthHandler({ readiness: () => 'ready', exporter }),
      clock,
      log,
    });
    closing.add('server', () => server.close(0));
    return {
      role: 'mock',
      id,
      url: server.wsUrl,
      http: server.httpUrl,
      drain: () => Promise.resolve('drained'),
      stop: () => closing.close(),
      failed: new Promise(() => undefined),
    };
  });
}
