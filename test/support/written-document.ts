/** What a command has printed for programs, against the schema that it names. */
import { z } from 'zod';
import { schemaNamed } from '../../src/schema/catalogue.ts';

const DOCUMENT = z.looseObject({ schema: z.string() });

/** Does nothing where `text` is not one document. @throws Error where it names no schema of ours, or does not fit it */
export function requireItsSchema(text: string): void {
  const document = DOCUMENT.safeParse(parsed(text)).data;
  if (document === undefined) return;
  const named = schemaNamed(document.schema);
  if (named?.name !== document.schema) throw new Error(`there is no schema ${document.schema}`);
  const { error } = named.schema.safeParse(document);
  if (error !== undefined) throw new Error(`${document.schema} does not fit: ${z.prettifyError(error)}`);
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
