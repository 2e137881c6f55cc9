import { MemoryTokenStore } from '../../src/store/memory/token-store.ts';
import { conformTokenStore } from '../conformance/token-store.ts';

conformTokenStore((clock) => new MemoryTokenStore(clock));
