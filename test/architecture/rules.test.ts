import { describe, expect, it } from 'vitest';
import { filesBelow, readText } from './tree.ts';

/** A rule is defined where its id, in bold, opens a line, a list item or a table row of a document. */
const DEFINITION = /^(?:[-*] |\| ?)?\*\*([A-Z]{2,}-\d+)\*\*/gm;

/** A rule is cited where its id, in brackets, opens a string: a test title. Several may stand in a row. */
const CITATION = /['"`]((?:\[[A-Z]{2,}-\d+\] ?)+)/g;

function definedIn(text: string): string[] {
  return [...text.matchAll(DEFINITION)].map((match) => match[1]!);
}

function citedIn(text: string): string[] {
  return [...text.matchAll(CITATION)].flatMap((match) => match[1]!.match(/[A-Z]+-\d+/g)!);
}

function places(mentions: readonly { id: string; path: string }[]): string[] {
  return [...new Set(mentions.map(({ id, path }) => `${id} in ${path}`))];
}

const defined = filesBelow('docs', /\.md$/).flatMap((path) =>
  definedIn(readText(path)).map((id) => ({ id, path })),
);
const cited = filesBelow('test', /\.tsx?$/)
  .filter((path) => !path.endsWith('rules.test.ts'))
  .flatMap((path) => citedIn(readText(path)).map((id) => ({ id, path })));

describe('the syntax of rules', () => {
  it('defines by a bold id at the start of a line, an item or a row', () => {
    const text = '**WIRE-1** a\n- **WIRE-2** b\n| **WIRE-3** | c |\nsee **WIRE-4**\n';
    expect(definedIn(text)).toEqual(['WIRE-1', 'WIRE-2', 'WIRE-3']);
  });

  it('cites by bracketed ids at the start of a title', () => {
    const text = "it('[REG-4] frees'); it.each(x)(`[REG-5] [REG-6] ${y}`); it('see [REG-7]')";
    expect(citedIn(text)).toEqual(['REG-4', 'REG-5', 'REG-6']);
  });
});

describe('the rules in docs/', () => {
  it('have ids that are used once', () => {
    const ids = defined.map(({ id }) => id);
    expect(places(defined.filter(({ id }, index) => ids.indexOf(id) !== index))).toEqual([]);
  });

  it('are each cited by a test', () => {
    const ids = new Set(cited.map(({ id }) => id));
    expect(places(defined.filter(({ id }) => !ids.has(id)))).toEqual([]);
  });

  it('exist for every citation', () => {
    const ids = new Set(defined.map(({ id }) => id));
    expect(places(cited.filter(({ id }) => !ids.has(id)))).toEqual([]);
  });
});
