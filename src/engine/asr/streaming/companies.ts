/**
 * Which streams are stepped side by side, and the arrays their rows lie in meanwhile.
 *
 * Every stream has its rows at home, in regions of its own, and these are always up to date. A company is
 * a second copy of the rows of the streams of one step, lying as the graph wants them. As long as the same
 * streams come together, in whatever order, the company is kept up to date too and nothing is gathered. A few
 * may stay away: their rows of the step are computed for nothing and put right again from their homes, which
 * costs less than gathering everybody else.
 *
 * Always true: a stream sits in at most one company, and as soon as one member is seen elsewhere, or has
 * stayed away too often, the company is dissolved and its arrays are spare. A stream that is dropped without
 * notice needs no care: it stays away, and its company falls to the garbage collector with the last one. Company arrays together are never larger than the homes of the streams in them.
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

export interface Company<S extends StreamRows = StreamRows> {
  /** In the order of their rows. */
  readonly members: readonly S[];
  /** Steps in a row that each member has missed. */
  readonly absences: number[];
  /** One per cache of the graph. */
  readonly regions: readonly CacheRegion[];
  readonly storages: readonly Float32Array[];
}

export interface Companies<S extends StreamRows> {
  /** A company that all these streams sit in, gathered if there is none. Changes no stream. */
  seat(streams: readonly S[]): Company<S>;
  /** Makes the new rows of a step the memory of those who were `present`; one `NewRows` per cache. */
  adopt(step: CompanyStep<S>): void;
}

export interface CompanyStep<S extends StreamRows> {
  readonly company: Company<S>;
  readonly present: ReadonlySet<S>;
  readonly rows: readonly NewRows[];
}

/** Arrays kept for companies to come: more are made in a row only while company changes at every step. */
const MOST_SPARE = 3;

/** A company steps in place when at least this share of it has come. */
export const PRESENT_SHARE = 0.75;
/** A member that has missed so many steps is not waited for any more: it is silent or gone. */
const MOST_ABSENCES = 3;

export function createCompanies<S extends StreamRows>(layouts: readonly RowLayout[]): Companies<S> {
  const spare: (readonly Float32Array[])[] = [];
  let candidate: Company<S> | undefined;

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
      const company = first?.company as Company<S> | undefined;
      const isTogether = others.every((stream) => stream.company === company);
      if (company && isTogether && canStep(company, streams)) return company;
      candidate = gather(layouts, streams, takeStorages(streams.length));
      return candidate;
    },
    adopt({ company, present, rows }) {
      candidate = undefined;
      const { members, regions, absences } = company;
      for (const [index, stream] of members.entries()) {
        absences[index] = present.has(stream) ? 0 : (absences[index] ?? 0) + 1;
        if (!present.has(stream)) continue;
        if (stream.company && stream.company !== company) dissolve(stream.company);
        for (const [cache, home] of homesOf(layouts, stream).entries())
          home.append(rows[cache] as NewRows, index);
      }
      if (members.length === 1) return;
      for (const stream of members) stream.company = company;
      for (const [cache, region] of regions.entries()) {
        region.append(rows[cache] as NewRows, 0);
        for (const [index, stream] of members.entries()) {
          if (!present.has(stream)) region.place(index, stream.homes?.[cache]);
        }
      }
    },
  };
}

/** Whether enough of a company has come for a step in place, and nobody is away for good. */
function canStep<S extends StreamRows>({ members, absences }: Company<S>, present: readonly S[]): boolean {
  if (present.length === members.length) return true;
  if (present.length < PRESENT_SHARE * members.length) return false;
  return members.every((member, i) => (absences[i] ?? 0) < MOST_ABSENCES || present.includes(member));
}

/** One stream needs no second copy. */
function alone<S extends StreamRows>(layouts: readonly RowLayout[], stream: S): Company<S> {
  return { members: [stream], absences: [0], regions: homesOf(layouts, stream), storages: [] };
}

function gather<S extends StreamRows>(
  layouts: readonly RowLayout[],
  members: readonly S[],
  storages: readonly Float32Array[],
): Company<S> {
  const regions = layouts.map((layout, cache) => {
    const region = createCacheRegion(layout, members.length, storages[cache] ?? new Float32Array(0));
    for (const [index, { homes }] of members.entries()) region.place(index, homes?.[cache]);
    return region;
  });
  return { members, absences: members.map(() => 0), regions, storages };
}

function homesOf(layouts: readonly RowLayout[], stream: StreamRows): readonly CacheRegion[] {
  stream.homes ??= layouts.map((layout) =>
    createCacheRegion(layout, 1, new Float32Array(regionLength(layout, 1))),
  );
  return stream.homes;
}
