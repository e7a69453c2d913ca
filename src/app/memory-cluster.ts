/** Registry and bus in this process alone, for `rt up` and `rt demo` where no Redis is to be had. */
import type { Clock } from '../base/clock.ts';
import { createMemoryBus } from '../bus/memory-bus.ts';
import { createMemoryRegistry } from '../registry/memory-registry.ts';
import type { Cluster } from './open-registry.ts';

export function createMemoryCluster(clock: Clock): Cluster {
  const registry = createMemoryRegistry({ clock });
  const bus = createMemoryBus({ clock });
  return {
    registry,
    bus,
    async stop() {
      await bus.stop();
      await registry.stop();
    },
  };
}
