/** The gateway of `rt up` and `rt demo`: the defaults of `rt gateway`, on loopback, as fast as audio comes. */
import { resolveSection } from '../config/resolve.ts';
import { gatewaySection } from '../config/settings/gateway.ts';
import { openOrClose } from './closing.ts';
import type { Cluster } from './open-registry.ts';
import type { LogLevel, RunningProcess } from './ports.ts';
import { createContext } from './process-context.ts';
import { runGateway } from './run-gateway.ts';

/** @throws RtError address_in_use */
export function startLocalGateway(
  cluster: Cluster,
  options: { readonly port: number; readonly logLevel: LogLevel },
): Promise<RunningProcess> {
  const context = createContext('gateway', options);
  const defaults = resolveSection(gatewaySection, []).values;
  const listen = [`127.0.0.1:${String(options.port)}`];
  return openOrClose(context.closing, () =>
    runGateway({ context, cluster, options: { ...defaults, listen, allowUnpaced: true } }),
  );
}
