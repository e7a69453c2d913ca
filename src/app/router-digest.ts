/** What a router says of itself in the snapshot, so that monitors see whether there is one; its only write but the sweep. */
import { repeat } from '../base/repeat.ts';
import type { RouterDigest } from '../registry/digests.ts';
import { HEARTBEAT_MS } from '../registry/leases.ts';
import type { SnapshotWriter } from '../registry/ports.ts';
import type { ProcessContext } from './process-context.ts';

export interface RouterDigestParts {
  readonly snapshots: SnapshotWriter;
  readonly url: string;
  readonly isDraining: () => boolean;
}

/** Published at once and with every beat until the process closes, then removed. A failure waits for the next beat. */
export async function publishRouterDigest(
  { id, clock, closing }: Pick<ProcessContext, 'id' | 'clock' | 'closing'>,
  { snapshots, url, isDraining }: RouterDigestParts,
): Promise<void> {
  const field = `router:${id}`;
  const publish = async (): Promise<void> => {
    const digest: RouterDigest = {
      role: 'router',
      id,
      at: clock.date().toISOString(),
      beat_ms: HEARTBEAT_MS,
      status: isDraining() ? 'draining' : 'ready',
      url,
    };
    await snapshots.publish(field, JSON.stringify(digest)).catch(() => undefined);
  };
  await publish();
  const stopped = new AbortController();
  const beating = repeat(clock, { everyMs: HEARTBEAT_MS, signal: stopped.signal, run: publish });
  closing.add('router digest', async () => {
    stopped.abort();
    await beating;
    await snapshots.remove(field).catch(() => undefined);
  });
}
