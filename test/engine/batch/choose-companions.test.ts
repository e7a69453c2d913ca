import { describe, expect, it } from 'vitest';
import { type Candidate, chooseCompanions } from '../../../src/engine/batch/choose-companions.ts';

interface Named extends Candidate {
  readonly name: string;
}

function company(size: number): { readonly members: readonly unknown[] } {
  return { members: Array.from({ length: size }) };
}

function waiting(names: string, of: Readonly<Record<string, Candidate['company']>> = {}): readonly Named[] {
  return Array.from(names, (name) => ({ name, company: of[name.toLowerCase()] }));
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

  it('[ENG-76] spare another company that could step whole', () => {
    const a = company(4);
    expect(chosen(waiting('xAAAAyz', { a }), 4)).toBe('xyz');
  });

  it('[ENG-76] are filled up all the same when too few would be left', () => {
    const a = company(4);
    expect(chosen(waiting('xAAAA', { a }), 8)).toBe('xAAAA');
    const b = company(2);
    expect(chosen(waiting('bBxyzw', { b }), 8)).toBe('bBxyzw');
  });
});
