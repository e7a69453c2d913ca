import { describe, expect, it } from 'vitest';
import { type Candidate, chooseCompanions } from '../../../src/engine/batch/choose-companions.ts';

interface Named extends Candidate {
  readonly name: string;
}

function company(size: number): { readonly members: readonly unknown[] } {
  return { members: Array.from({ length: size }) };
}

/** Capitals are the mates of the small letter's company; `first` says more of the most urgent one. */
function waiting(
  names: string,
  of: Readonly<Record<string, Candidate['company']>> = {},
  first: Partial<Candidate> = {},
): readonly Named[] {
  return Array.from(names, (name, i) => ({
    name,
    company: of[name.toLowerCase()],
    waitedMs: 5,
    isFinishing: false,
    ...(i === 0 ? first : {}),
  }));
}

function chosen(all: readonly Named[], limit: number): string {
  return chooseCompanions(all, limit)
    .map(({ name }) => name)
    .join('');
}

describe('the steps of a batch', () => {
  it('[ENG-76] are the most urgent ones where no caches lie together', () => {
    expect(chosen(waiting('xyz'), 2)).toBe('xy');
    expect(chosen(waiting('x'), 2)).toBe('x');
    expect(chosen([], 2)).toBe('');
  });

  it('[ENG-76] are the company of the most urgent one, when three quarters of it wait', () => {
    const a = company(4);
    expect(chosen(waiting('axAyA', { a }), 4)).toBe('aAA');
    expect(chosen(waiting('axyA', { a }), 4)).toBe('axyA');
  });

  it('[ENG-76] are those of the first company that waits nearly whole, though somebody is more urgent', () => {
    const [a, b] = [company(4), company(4)];
    expect(chosen(waiting('xaAAbBBBA', { a, b }), 4)).toBe('aAAA');
    expect(chosen(waiting('aAbBBBx', { a, b }), 4)).toBe('bBBB');
  });

  it('[ENG-76] are the most urgent ones when the first has waited long or its final is awaited', () => {
    const a = company(4);
    expect(chosen(waiting('xAAAAyz', { a }, { waitedMs: 30 }), 4)).toBe('xyz');
    expect(chosen(waiting('xAAAAyz', { a }, { isFinishing: true }), 4)).toBe('xyz');
    expect(chosen(waiting('aAAAyz', { a }, { waitedMs: 30 }), 4)).toBe('aAAA');
  });

  it('[ENG-76] are filled up all the same when too few would be left', () => {
    const a = company(4);
    expect(chosen(waiting('xAAAA', { a }), 16)).toBe('xAAAA');
    const b = company(2);
    expect(chosen(waiting('bBxyzw', { b }), 8)).toBe('bBxyzw');
  });
});
