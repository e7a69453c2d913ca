import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { NewRows, RowLayout } from '../../../../src/engine/asr/streaming/cache-region.ts';
import {
  type Companies,
  type Company,
  createCompanies,
  type StreamRows,
} from '../../../../src/engine/asr/streaming/companies.ts';

const LAYOUTS: readonly RowLayout[] = [
  { groups: 2, heads: 2, rows: 4, width: 3 },
  { groups: 1, heads: 1, rows: 3, width: 2 },
];

function openStream(): StreamRows {
  return { homes: undefined, company: undefined };
}

/** New rows whose values tell stream, step and place. */
function newRows(names: readonly number[], step: number, count: number) {
  return LAYOUTS.map(({ groups, heads, width }) => {
    const data = new Float32Array(groups * names.length * heads * count * width);
    let at = 0;
    for (let group = 0; group < groups; group++) {
      for (const name of names) {
        for (let i = 0; i < heads * count * width; i++) data[at++] = name * 1e5 + step * 100 + group * 30 + i;
      }
    }
    return { data, batch: names.length, count };
  });
}

function rowsOf(company: Company, member: number): number[][] {
  return company.regions.map((region, cache) => {
    const { groups, heads, rows, width } = LAYOUTS[cache]!;
    const length = heads * rows * width;
    return Array.from({ length: groups }, (_, group) => [
      ...region.group(group).subarray(member * length, (member + 1) * length),
    ]).flat();
  });
}

/** Takes the rows over for all members. */
function step(companies: Companies<StreamRows>, company: Company, rows: readonly NewRows[]): void {
  companies.adopt({ company, present: new Set(company.members), rows });
}

/** Which of six streams are stepped, in which order, and whether the step is then thrown away. */
const steps = fc.array(
  fc.record({
    names: fc.shuffledSubarray([0, 1, 2, 3, 4, 5], { minLength: 1 }),
    adopted: fc.boolean(),
    dropped: fc.option(fc.integer({ min: 0, max: 5 })),
  }),
  { maxLength: 40 },
);

describe('a company', () => {
  it('[ENG-72] [ENG-73] has of each stream exactly the rows it would have alone, in any order and after any failure', () => {
    fc.assert(
      fc.property(steps, fc.integer({ min: 1, max: 5 }), (sequence, count) => {
        const together = createCompanies(LAYOUTS);
        const streams = Array.from({ length: 6 }, openStream);
        const alone = streams.map(() => ({ companies: createCompanies(LAYOUTS), stream: openStream() }));
        for (const [number, { names, adopted, dropped }] of sequence.entries()) {
          if (dropped !== null) {
            streams[dropped] = openStream();
            alone[dropped]!.stream = openStream();
          }
          const company = together.seat(names.map((name) => streams[name]!));
          const order = company.members.map((member) => streams.indexOf(member));
          expect(order).toEqual(expect.arrayContaining(names));
          // A dropped stream may sit in a company as a member who stays away.
          for (const [member, name] of order.entries()) {
            if (!names.includes(name)) continue;
            const { companies, stream } = alone[name]!;
            expect(rowsOf(company, member)).toEqual(rowsOf(companies.seat([stream]), 0));
          }
          if (!adopted) continue;
          const present = new Set(names.map((name) => streams[name]!));
          together.adopt({ company, present, rows: newRows(order, number, count) });
          for (const name of names) {
            const { companies, stream } = alone[name]!;
            step(companies, companies.seat([stream]), newRows([name], number, count));
          }
        }
      }),
    );
  });

  it('[ENG-72] that comes again, in whatever order, is not gathered again', () => {
    const companies = createCompanies(LAYOUTS);
    const [a, b, c] = [openStream(), openStream(), openStream()];
    const first = companies.seat([a, b, c]);
    step(companies, first, newRows([0, 1, 2], 0, 1));
    expect(companies.seat([c, a, b])).toBe(first);
    expect(companies.seat([a, b])).not.toBe(first);
    // That one was not adopted, so it was as if it had not been.
    expect(companies.seat([a, b, c])).toBe(first);
  });

  it('[ENG-76] steps in place while three quarters of it come, and puts right who stayed away', () => {
    const companies = createCompanies(LAYOUTS);
    const streams = [0, 1, 2, 3].map(openStream);
    const [a, b, c, d] = streams as [StreamRows, StreamRows, StreamRows, StreamRows];
    const first = companies.seat(streams);
    step(companies, first, newRows([0, 1, 2, 3], 0, 1));
    const before = rowsOf(first, 3);
    const present = new Set([a, b, c]);
    expect(companies.seat([c, a, b])).toBe(first);
    companies.adopt({ company: first, present, rows: newRows([0, 1, 2, 3], 1, 1) });
    expect(rowsOf(first, 3)).toEqual(before);
    expect(companies.seat([d, a, b, c])).toBe(first);
    expect(companies.seat([a, b])).not.toBe(first);
  });

  it('[ENG-76] does not wait for a member that stayed away three times', () => {
    const companies = createCompanies(LAYOUTS);
    const streams = [0, 1, 2, 3].map(openStream);
    const first = companies.seat(streams);
    step(companies, first, newRows([0, 1, 2, 3], 0, 1));
    const others = streams.slice(0, 3);
    for (let missed = 1; missed <= 3; missed++) {
      expect(companies.seat(others)).toBe(first);
      companies.adopt({ company: first, present: new Set(others), rows: newRows([0, 1, 2, 3], missed, 1) });
    }
    expect(companies.seat(others).members).toEqual(others);
  });

  it('[ENG-74] gives its arrays to the next one as soon as a member is seen elsewhere', () => {
    const companies = createCompanies(LAYOUTS);
    const [a, b, c] = [openStream(), openStream(), openStream()];
    const first = companies.seat([a, b]);
    step(companies, first, newRows([0, 1], 0, 1));
    const second = companies.seat([b, c]);
    expect(second.storages[0]).not.toBe(first.storages[0]);
    step(companies, second, newRows([1, 2], 1, 1));
    expect(a.company).toBeUndefined();
    expect(companies.seat([a, c]).storages).toBe(first.storages);
  });

  it('[ENG-74] needs no notice of a stream that is dropped', () => {
    const companies = createCompanies(LAYOUTS);
    const [stays, dropped] = [openStream(), openStream()];
    const first = companies.seat([stays, dropped]);
    step(companies, first, newRows([0, 1], 0, 1));
    step(companies, companies.seat([stays]), newRows([0], 1, 1));
    expect(stays.company).toBeUndefined();
    expect(companies.seat([openStream(), openStream()]).storages).toBe(first.storages);
  });

  it('[ENG-74] keeps arrays for a few companies at most', () => {
    const companies = createCompanies(LAYOUTS);
    const pairs = Array.from({ length: 10 }, () => [openStream(), openStream()]);
    const kept = new Set<unknown>();
    for (const pair of pairs) {
      const company = companies.seat(pair);
      step(companies, company, newRows([0, 1], 0, 1));
      kept.add(company.storages);
    }
    for (const pair of pairs) step(companies, companies.seat(pair.slice(0, 1)), newRows([0], 1, 1));
    const reused = pairs.map(() => {
      const company = companies.seat([openStream(), openStream()]);
      step(companies, company, newRows([0, 1], 2, 1));
      return kept.has(company.storages);
    });
    expect(reused.filter(Boolean)).toHaveLength(3);
  });
});
