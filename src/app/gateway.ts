/** `rt gateway`: the door clients stream through. */
import { openOrClose } from './closing.ts';
import { openRegistry } from './open-registry.ts';
import type { GatewayOptions, RunningProcess } from './ports.ts';
import { createContext } from './process-context.ts';
import { runGateway } from './run-gateway.ts';

/** @throws RtError redis_unreachable, redis_unsupported, config_invalid, address_in_use */
export async function startGateway(options: GatewayOptions): Promise<RunningProcess> {
  const context = createContext('gateway', options);
  const { clock, log, closing } = context;
  return openOrClose(closing, async () => {
    const cluster = await openRegistry({ ...options, name: `rt-gateway-${context.id}`, logger: log, clock });
    closing.add('registry', () => cluster.stop());
    return runGateway({ context, cluster, options });
  });
}
