import { basename } from 'node:path';
import { describe, expect, it } from 'vitest';
import { filesBelow, readText } from './tree.ts';

const LONGEST_LINES = 350;
const MEDIAN_LINES = 90;
const VAGUE = /(?:^|[-_./])(?:utils?|helpers?|common|misc|managers?)(?:[-_./]|$)/i;

const sources = filesBelow('src', /\.tsx?$/);
const all = ['src', 'test', 'scripts', 'bench', 'web'].flatMap((folder) => filesBelow(folder));

function linesOf(path: string): number {
  return readText(path).trimEnd().split('\n').length;
}

/** Statements of a module, roughly: enough to tell a file of re-exports from one that does something. */
function onlyReExports(text: string): boolean {
  const code = text.replaceAll(/\/\*[\s\S]*?\*\/|\/\/.*$/gm, '').trim();
  return code !== '' && /^(?:export (?:type )?(?:\*(?: as \w+)?|\{[^}]*\}) from '[^']+';\s*)+$/.test(code);
}

describe('files', () => {
  it('have names that say what is in them', () => {
    expect(all.filter((path) => VAGUE.test(path))).toEqual([]);
  });

  it('have names in kebab-case', () => {
    const name = /^[a-z0-9]+(?:-[a-z0-9]+)*(?:\.[a-z0-9]+)*\.(?:tsx?|lua)$/;
    expect(filesBelow('src', /\.(?:tsx?|lua)$/).filter((path) => !name.test(basename(path)))).toEqual([]);
  });

  it('stand in a folder of src/, except the public index', () => {
    const atRoot = filesBelow('src').filter((path) => path.split('/').length === 2);
    expect(atRoot.filter((path) => path !== 'src/index.ts')).toEqual([]);
  });

  it('say something themselves: no barrels', () => {
    const barrels = sources.filter((path) => path !== 'src/index.ts' && onlyReExports(readText(path)));
    expect(barrels).toEqual([]);
    expect(onlyReExports("// all\nexport * from './a.ts';\nexport type { B } from './b.ts';\n")).toBe(true);
    expect(onlyReExports("export { a } from './a.ts';\nexport const b = 1;\n")).toBe(false);
  });

  it(`are at most ${LONGEST_LINES} lines, half of them at most ${MEDIAN_LINES}`, () => {
    const sizes = sources.map((path) => ({ path, lines: linesOf(path) })).sort((a, b) => a.lines - b.lines);
    expect(sizes.filter(({ lines }) => lines > LONGEST_LINES)).toEqual([]);
    expect(sizes[Math.floor((sizes.length - 1) / 2)]!.lines).toBeLessThanOrEqual(MEDIAN_LINES);
  });
});
