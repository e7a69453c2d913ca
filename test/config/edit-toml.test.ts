import { describe, expect, it } from 'vitest';
import { editToml } from '../../src/config/edit-toml.ts';
import { lineNumbers } from '../../src/config/toml-lines.ts';

const FILE = `# mine
current_context = "dev" # usually

[worker] # of this machine
heartbeat = "1s"   # faster
model = [
  "a", # first
  "b # not a comment",
]

# production
[contexts.prod]
redis = 'redis://prod'

[contexts.dev]
redis = "redis://dev"
`;

describe('changing a TOML file', () => {
  it('[CFG-4] gives a key another value and keeps its comment', () => {
    const edited = editToml(FILE, [{ path: ['worker', 'heartbeat'], value: '2s' }]);
    expect(edited).toBe(FILE.replace('"1s"   # faster', '"2s"   # faster'));
  });

  it('[CFG-4] replaces a value of several lines', () => {
    const edited = editToml(FILE, [{ path: ['worker', 'model'], value: ['c'] }]);
    expect(edited).toBe(FILE.replace(/model = \[[^\]]*\]/, 'model = ["c"]'));
  });

  it('[CFG-4] adds a key to its table, and a table at the end', () => {
    expect(editToml(FILE, [{ path: ['worker', 'capacity'], value: 8 }])).toBe(
      FILE.replace('"b # not a comment",\n]\n', '"b # not a comment",\n]\ncapacity = 8\n'),
    );
    expect(editToml(FILE, [{ path: ['contexts', 'x', 'read_only'], value: true }])).toBe(
      `${FILE}\n[contexts.x]\nread_only = true\n`,
    );
    expect(editToml('', [{ path: ['redis'], value: 'redis://a' }])).toBe('redis = "redis://a"\n');
  });

  it('[CFG-4] puts a key of the top before the first table, behind the heading', () => {
    expect(editToml('# mine\n\n[worker]\nid = "w"\n', [{ path: ['redis'], value: 'r' }])).toBe(
      '# mine\n\nredis = "r"\n\n[worker]\nid = "w"\n',
    );
  });

  it('[CFG-4] removes a table with the comment above it, and a key', () => {
    const edited = editToml(FILE, [
      { removeTable: ['contexts', 'prod'] },
      { path: ['current_context'], value: undefined },
    ]);
    expect(edited).toBe(
      FILE.replace("# production\n[contexts.prod]\nredis = 'redis://prod'\n\n", '').replace(
        'current_context = "dev" # usually\n',
        '',
      ),
    );
  });

  it('[CFG-4] refuses to change an inline table', () => {
    const text = 'contexts = { prod = { redis = "redis://a" } }\n';
    const change = { path: ['contexts', 'prod', 'gateway'], value: 'ws://b' };
    expect(editToml(text, [change])).toBeUndefined();
  });

  it('[CFG-4] knows a key by its dotted name', () => {
    const change = { path: ['worker', 'id'], value: 'w-2' };
    expect(editToml('worker.id = "w-1" # this one\n', [change])).toBe('worker.id = "w-2" # this one\n');
  });

  it('[CFG-4] refuses where a value stands in the way of a table', () => {
    expect(editToml('worker = 1\n', [{ path: ['worker', 'id'], value: 'x' }])).toBeUndefined();
  });

  it('[CFG-8] knows the line of every key', () => {
    const lines = lineNumbers(FILE);
    expect([
      lines.get('current_context'),
      lines.get('worker.heartbeat'),
      lines.get('contexts.dev.redis'),
    ]).toEqual([2, 5, 16]);
  });
});
