/**
 * Which streams are stepped side by side, and the arrays their rows lie in meanwhile.
 *
 * Every stream has its rows at home, in regions of its own, and these are always up to date. A company is
 * a second copy of the rows of the streams of one step, lying as the graph wants them. As long as the same
 * streams come together, in whatever order, the company is kept up to date too and nothing is gathered.
 *
 * Always true: a stream sits in at most one company, and as soon as one member is seen elsewhere the
 * company is dissolved and its arrays are spare. A stream that is dropped without notice needs no care:
 * its company dissolves at the next step of another member, and falls to the garbage collector with the
 * last one. Company arrays together are never larger than the homes of the streams in them.
 */
import {
  type CacheRegion,
  createCacheRegion,
  type NewRows,
  regionLength,
  type RowLayout,
} from './cache-region.ts';

/** What a stream remembers: one region per cache of the graph, made at its first step. */
export interface StreamRows {
  homes: readonly CacheRegion[] | undefined;
  company: Company | undefined;
}

export interface Company {
  /** In the order of their rows. */
  readonly members: readonly StreamRows[];
  /** One per cache of the graph. */
  readonly regions: readonly CacheRegion[];
  readonly storages: readonly Float32Array[];
}

export interface Companies {
  /** The company of exactly these streams, gathered if they do not sit together. Changes no stream. */
  seat(streams: readonly StreamRows[]): Company;
  /** Makes the new rows of a step the memory of the company's streams, one `NewRows` per cache. */
  adopt(company: Company, rows: readonly NewRows[]): void;
}

/** Arrays kept for companies to come: more are made in a row only while company changes at every step. */
const MOST_SPARE = 3;

export function createCompanies(layouts: readonly RowLayout[]): Companies {
  const spare: (readonly Float32Array[])[] = [];
  let candidate: Company | undefined;

  const takeStorages = (batch: number): readonly Float32Array[] => {
    const lengths = layouts.map((layout) => regionLength(layout, batch));
    const fit = spare.findIndex((storages) => storages.every((s, i) => s.length >= (lengths[i] ?? 0)));
    return fit >= 0 ? (spare.splice(fit, 1)[0] ?? []) : lengths.map((length) => new Float32Array(length));
  };
  const giveBack = ({ storages }: Company): void => {
    spare.unshift(storages);
    if (spare.length > MOST_SPARE) spare.pop();
  };
  const dissolve = (company: Company): void => {
    for (const member of company.members) if (member.company === company) member.company = undefined;
    giveBack(company);
  };

  return {
    seat(streams) {
      if (candidate) giveBack(candidate);
      candidate = undefined;
      const [first, ...others] = streams;
      if (first && others.length === 0) return alone(layouts, first);
      const company = first?.company;
      const together = company?.members.length === streams.length;
      if (together && others.every((stream) => stream.company === company)) return company;
      candidate = gather(layouts, streams, takeStorages(streams.length));
      return candidate;
    },
    adopt(company, rows) {
      candidate = undefined;
      const { members, regions } = company;
      for (const [index, stream] of members.entries()) {
        if (stream.company && stream.company !== company) dissolve(stream.company);
        for (const [cache, home] of homesOf(layouts, stream).entries())
          home.append(rows[cache] as NewRows, index);
      }
      if (members.length === 1) return;
      for (const stream of members) stream.company = company;
      for (const [cache, region] of regions.entries()) region.append(rows[cache] as NewRows, 0);
    },
  };
}

/** One stream needs no second copy. */
function alone(layouts: readonly RowLayout[], stream: StreamRows): Company {
  return { members: [stream], regions: homesOf(layouts, stream), storages: [] };
}

function gather(
  layouts: readonly RowLayout[],
  members: readonly StreamRows[],
  storages: readonly Float32Array[],
): Company {
  const regions = layouts.map((layout, cache) => {
    const region = createCacheRegion(layout, members.length, storages[cache] ?? new Float32Array(0));
    for (const [index, { homes }] of members.entries()) region.place(index, homes?.[cache]);
    return region;
  });
  return { members, regions, storages };
}

function homesOf(layouts: readonly RowLayout[], stream: StreamRows): readonly CacheRegion[] {
  stream.homes ??= layouts.map((layout) =>
    createCacheRegion(layout, 1, new Float32Array(regionLength(layout, 1))),
  );
  return stream.homes;
}
