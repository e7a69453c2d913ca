import { Args, type Interfaces } from '@oclif/core';
import { RtError } from '../base/errors.ts';
import type { Examples } from '../cli/base-command.ts';
import { ConfigCommand } from '../cli/config-command.ts';
import { renderTable } from '../cli/table.ts';
import { closest } from '../config/closest.ts';
import type { NamedSchema } from '../schema/catalogue.ts';

const ABOUT: Readonly<Record<NamedSchema['kind'], string>> = {
  document: 'what --json prints, or a file or answer holds',
  message: 'text messages of the native wire',
};

export default class Schema extends ConfigCommand {
  static override summary: string = 'Print the JSON Schema of a document or of the messages of the wire.';
  static override description: string =
    'NAME is what stands in "schema" of a document, also without rt. and /v1; without it all names are listed. Objects ' +
    'may have more fields than a schema tells: a newer version adds some and takes none away.';
  static override examples: Examples = [
    { description: 'What there is:', command: 'rt schema' },
    { description: 'What rt workers list --json prints:', command: 'rt schema workers' },
    { description: 'What a client may send:', command: 'rt schema wire.client > client.schema.json' },
  ];
  static override args: Interfaces.ArgInput = {
    name: Args.string({ description: 'Name of a schema.', ignoreStdin: true }),
  };

  override async run(): Promise<unknown> {
    const { jsonSchemaOf, SCHEMAS, schemaNamed } = await import('../schema/catalogue.ts');
    const [name] = this.operands;
    if (name === undefined) return this.list(SCHEMAS);
    const found = schemaNamed(name);
    if (found === undefined) throw unknownSchema(name, SCHEMAS);
    const schema = jsonSchemaOf(found);
    if (!this.jsonEnabled()) this.logJson(schema);
    return schema;
  }

  private list(schemas: readonly NamedSchema[]): unknown {
    const rows = schemas.map(({ name, kind }) => [name, ABOUT[kind]]);
    if (!this.jsonEnabled()) this.output.line(renderTable([{ header: 'SCHEMA' }, { header: 'OF' }], rows));
    return {
      schema: 'rt.schemas/v1',
      schemas: schemas.map(({ name, kind }) => ({ name, about: ABOUT[kind] })),
    };
  }
}

function unknownSchema(name: string, schemas: readonly NamedSchema[]): RtError {
  const short = schemas.map((each) => each.name.replace(/^rt\.|\/v\d+$/g, ''));
  const meant = closest(name.replace(/^rt\.|\/v\d+$/g, ''), short);
  return new RtError('not_found', `There is no schema ${name}`, {
    hint:
      meant === undefined ? 'List them with: rt schema' : `Did you mean ${meant}? List them with: rt schema`,
  });
}
