/**
 * The client library. It is CommonJS and is required: to be imported, its files are read through for the names they
 * export as well, a tenth of the time in which a command starts.
 */
import { createRequire } from 'node:module';
import type * as library from 'ioredis';

const { Redis: Client } = createRequire(import.meta.url)('ioredis') as typeof library;

export type Redis = library.Redis;
/** One connection. */
export const Redis: typeof library.Redis = Client;
