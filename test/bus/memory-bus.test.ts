import { createMemoryBus } from '../../src/bus/memory-bus.ts';
import { describeBus } from '../contract/bus-contract.ts';
import { createFakeClock } from '../support/fake-clock.ts';

describeBus('memory', async () => {
  const clock = createFakeClock();
  const bus = createMemoryBus({ clock });
  return { bus, channelPrefix: '', advance: clock.advance, close: () => bus.stop() };
});
