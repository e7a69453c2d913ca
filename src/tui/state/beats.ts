/** When each process last beat, on the clock of this machine. */
import type { Fleet } from '../fleet/readings.ts';
import { pastMs } from './past-ms.ts';

interface Beat {
  readonly stamp: string;
  readonly atMs: number;
}

/** By `worker:{id}`, `gateway:{id}` and `router:{id}`. */
export type Beats = ReadonlyMap<string, Beat>;

/** The beats after a look; processes that are gone are forgotten. */
export function beatsAfter(
  known: Beats,
  fleet: Fleet,
  look: { readonly atMs: number; readonly date: Date },
): Beats {
  const beating = [
    ...fleet.workers.map(({ id, beatStamp }) => [`worker:${id}`, beatStamp] as const),
    ...fleet.gateways.map(({ id, beatStamp }) => [`gateway:${id}`, beatStamp] as const),
    ...fleet.routers.map(({ id, beatStamp }) => [`router:${id}`, beatStamp] as const),
  ];
  return new Map(
    beating.map(([name, stamp]) => {
      const before = known.get(name);
      if (before?.stamp === stamp) return [name, before];
      // A change was seen to happen; only what was there before needs the other host's word for its age.
      const ageMs = before === undefined ? pastMs(stamp, look.date) : 0;
      return [name, { stamp, atMs: look.atMs - ageMs }];
    }),
  );
}
