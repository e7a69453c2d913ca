/** Every schema there is, by name: documents of commands and of HTTP, and messages of the wire. */
import { z } from 'zod';
import { RtError } from '../base/errors.ts';
import { AID_DOCUMENTS } from './aid-documents.ts';
import { BENCH_DOCUMENT } from './bench-documents.ts';
import { FLEET_DOCUMENTS } from './fleet-documents.ts';
import { CLIENT_MESSAGE, SERVER_MESSAGE, WORKER_MESSAGE, WORKER_SESSION } from './wire-messages.ts';
import { WORK_DOCUMENTS } from './work-documents.ts';

export interface NamedSchema {
  /** `rt.workers/v1`. */
  readonly name: string;
  readonly kind: 'document' | 'message';
  readonly schema: z.ZodType;
}

function documentNamed(schema: z.ZodObject): NamedSchema {
  const literal: unknown = schema.shape['schema'];
  if (literal instanceof z.ZodLiteral) return { name: String(literal.value), kind: 'document', schema };
  throw new RtError('internal_error', 'A document has no name of its own');
}

const message = (name: string, schema: z.ZodType): NamedSchema => ({ name, kind: 'message', schema });

const documents: readonly NamedSchema[] = [
  ...[...FLEET_DOCUMENTS, ...AID_DOCUMENTS, ...WORK_DOCUMENTS].map(documentNamed),
  { name: 'rt.bench/v1', kind: 'document', schema: BENCH_DOCUMENT },
];

/** By name, messages behind documents. */
export const SCHEMAS: readonly NamedSchema[] = [
  ...documents.toSorted((a, b) => a.name.localeCompare(b.name)),
  message('rt.wire.client/v1', CLIENT_MESSAGE),
  message('rt.wire.server/v1', SERVER_MESSAGE),
  message('rt.wire.worker/v1', WORKER_MESSAGE),
  message('rt.wire.worker-session/v1', WORKER_SESSION),
];

/** The schema of that name, with or without `rt.` and `/v1`. */
export function schemaNamed(name: string): NamedSchema | undefined {
  const full = `rt.${name.replace(/^rt\./, '').replace(/\/v\d+$/, '')}/v1`;
  return SCHEMAS.find((each) => each.name === full);
}

/** As JSON Schema, draft 2020-12; what is sent, where reading fills in defaults. */
export function jsonSchemaOf({ name, schema }: NamedSchema): Readonly<Record<string, unknown>> {
  const { $schema, ...rest } = z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' });
  return { $schema, $id: `urn:${name.replace('/', ':')}`, ...rest };
}
