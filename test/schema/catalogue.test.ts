import { describe, expect, it } from 'vitest';
import { SERVER_SHAPES, WORKER_SHAPES } from '../../src/protocol/event-shapes.ts';
import { jsonSchemaOf, SCHEMAS, schemaNamed } from '../../src/schema/catalogue.ts';
import { CLIENT_MESSAGE, SERVER_MESSAGE, WORKER_MESSAGE } from '../../src/schema/wire-messages.ts';
import { filesBelow, readText } from '../architecture/tree.ts';
import { sessionBegin, sessionEnd } from '../support/scripted-gateway.ts';

const written = filesBelow('src', /\.tsx?$/)
  .filter((path) => !path.startsWith('src/schema/'))
  .flatMap((path) => readText(path).match(/(?<=['"`])rt\.[a-z-]+\/v\d+(?=['"`])/g) ?? []);

/** Required fields by the type of message. */
function requiredOf(schema: Parameters<typeof jsonSchemaOf>[0]): ReadonlyMap<string, readonly string[]> {
  const { oneOf, anyOf } = jsonSchemaOf(schema) as Record<
    'oneOf' | 'anyOf',
    readonly MessageSchema[] | undefined
  >;
  return new Map((oneOf ?? anyOf ?? []).map((each) => [each.properties.type.const, each.required]));
}

interface MessageSchema {
  readonly properties: { readonly type: { readonly const: string } };
  readonly required: readonly string[];
}

describe('schemas', () => {
  it('[CFG-12] there is one for every document that is written', () => {
    const names = SCHEMAS.map(({ name }) => name);
    expect([...new Set(written)].filter((name) => !names.includes(name)).sort()).toEqual([]);
    expect(names.filter((name, index) => names.indexOf(name) !== index)).toEqual([]);
  });

  it('[CFG-12] there is none for a document that nobody writes', () => {
    const documents = SCHEMAS.filter(({ kind }) => kind === 'document').map(({ name }) => name);
    expect(documents.filter((name) => !written.includes(name))).toEqual([]);
  });

  it.each(SCHEMAS.map((schema) => [schema.name, schema] as const))(
    '[CFG-12] %s is JSON Schema',
    (name, schema) => {
      const json = jsonSchemaOf(schema);
      expect(json['$schema']).toBe('https://json-schema.org/draft/2020-12/schema');
      expect(schemaNamed(name.replace(/^rt\.|\/v1$/g, ''))).toBe(schema);
    },
  );

  it.each([
    ['rt.wire.server/v1', SERVER_SHAPES],
    ['rt.wire.worker/v1', WORKER_SHAPES],
  ] as const)('[CFG-12] %s demands what the reader of it demands', (name, shapes) => {
    const schema = schemaNamed(name);
    if (schema === undefined) throw new Error(`no schema ${name}`);
    const required = requiredOf(schema);
    const expected = Object.entries(shapes).map(([type, shape]) => [
      type,
      ['type', ...Object.keys(shape)].sort(),
    ]);
    expect([...required].map(([type, fields]) => [type, [...fields].sort()]).sort()).toEqual(expected.sort());
  });

  it('[CFG-12] messages of the wire fit theirs, and others do not', () => {
    expect(SERVER_MESSAGE.safeParse(sessionBegin).success).toBe(true);
    expect(SERVER_MESSAGE.safeParse(sessionEnd(3, 1)).success).toBe(true);
    expect(SERVER_MESSAGE.safeParse({ type: 'ack', received: 1 }).success).toBe(false);
    expect(
      CLIENT_MESSAGE.safeParse({ type: 'resume', token: 't', from_sample: 0, have_seq: 1 }).success,
    ).toBe(true);
    expect(CLIENT_MESSAGE.safeParse({ type: 'begone' }).success).toBe(false);
    const progress = { type: 'progress', received: 2, decoded: 1, commit_sample: 0 };
    expect(WORKER_MESSAGE.safeParse(progress).success).toBe(true);
  });
});
