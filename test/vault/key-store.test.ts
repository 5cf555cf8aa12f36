import t from 'tap';
import { keyStoreContract } from './fixtures/key-store-contract.ts';
import { memoryKeyStore } from './fixtures/memory-key-store.ts';

await keyStoreContract(t, memoryKeyStore);
