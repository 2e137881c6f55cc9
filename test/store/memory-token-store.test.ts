import { MemoryTokenStore } from '../../src/store/memory/token-store.ts';
import { conformTokenStore } from '../conformance/token-store.ts';
import { FakeClock } from '../support/fake-clock.ts';

conformTokenStore('the memory token store', async () => {
  const clock = new FakeClock();
  return {
    tokens: new MemoryTokenStore(clock),
    now: () => clock.now(),
    pass: async (ms) => clock.advance(ms),
    close: () => undefined,
  };
});
