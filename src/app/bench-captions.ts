/** Readers of captions as viewers are now: each on a connection of its own to the store, for `rt bench captions`. */
import { systemClock } from '../base/clock.ts';
import { silentLogger } from '../base/log.ts';
import type { CaptionReader, CaptionStore, OutputBuffers, ReaderOptions } from '../bench/captions/ports.ts';
import { createRedisConnections, type RedisConnections } from '../registry/redis.ts';

const CONNECT_TIMEOUT_MS = 5_000;
const READER_NAME = 'rt-bench-reader';
/** A slow reader looks this often: below the time after which a silent connection is given up. */
const SLOW_LOOK_EVERY_MS = 1_000;
/** How long it then reads. */
const SLOW_LOOK_MS = 10;

/** Calls `use` with the store of a cluster. @throws RtError redis_unreachable, redis_unsupported, config_invalid */
export async function withCaptionStore<T>(
  redisUrl: string,
  use: (store: CaptionStore) => Promise<T>,
): Promise<T> {
  const connections = createRedisConnections({
    ...{ url: redisUrl, clock: systemClock, logger: silentLogger, name: READER_NAME },
  });
  try {
    await connections.connect(CONNECT_TIMEOUT_MS);
    return await use({
      openReader: (options) => openReader(connections, options),
      outputBuffers: async () => {
        const list = await connections.answer(connections.commands.client('LIST', 'TYPE', 'PUBSUB'));
        return readOutputBuffers(String(list), READER_NAME);
      },
    });
  } finally {
    connections.stop();
  }
}

async function openReader(
  { open, answer }: RedisConnections,
  { channel, isSlow, onMessage }: ReaderOptions,
): Promise<CaptionReader> {
  const redis = open('subscriber');
  const closed = new AbortController();
  let disconnects = 0;
  redis.on('close', () => {
    if (!closed.signal.aborted) disconnects += 1;
  });
  redis.on('message', (_channel: string, json: string) => onMessage(json));
  await answer(redis.subscribe(channel));
  if (isSlow) void readSlowly(redis, closed.signal);
  return {
    get disconnects() {
      return disconnects;
    },
    close: () => {
      closed.abort();
      redis.disconnect();
    },
  };
}

/** Between two looks messages wait in the kernel, and in Redis when that is full. */
async function readSlowly(redis: ReturnType<RedisConnections['open']>, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    redis.stream.pause();
    await systemClock.sleep(SLOW_LOOK_EVERY_MS - SLOW_LOOK_MS, signal).catch(() => undefined);
    redis.stream.resume();
    await systemClock.sleep(SLOW_LOOK_MS, signal).catch(() => undefined);
  }
}

/** Of the clients named `name` in what CLIENT LIST says. Pure. */
export function readOutputBuffers(list: string, name: string): OutputBuffers {
  const bytes = list
    .split('\n')
    .filter((line) => line.split(' ').includes(`name=${name}`))
    .map((line) => Number(/ omem=(\d+)/.exec(line)?.[1] ?? 0));
  return {
    clients: bytes.length,
    totalBytes: bytes.reduce((sum, one) => sum + one, 0),
    largestBytes: Math.max(0, ...bytes),
  };
}
