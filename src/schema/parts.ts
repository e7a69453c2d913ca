/** What the schemas of several documents have in common. Objects are open: a newer version may add fields. */
import { z } from 'zod';

/** Fields of an object that may have more of them. */
export const open: typeof z.looseObject = z.looseObject;

export const time: z.ZodString = z.string().meta({ format: 'date-time' });
export const count: z.ZodNumber = z.number().int().min(0);
export const figure: z.ZodNullable<z.ZodNumber> = z.number().nullable();
export const maybeText: z.ZodNullable<z.ZodString> = z.string().nullable();

/** A document under its own name. */
export function documentOf<S extends z.ZodRawShape>(
  name: string,
  shape: S,
): z.ZodObject<S & { schema: z.ZodLiteral }, z.core.$loose> {
  return z.looseObject({ schema: z.literal(name), ...shape });
}

export const segment: z.ZodType = open({ start: z.number(), end: z.number(), text: z.string() });
export const word: z.ZodType = open({
  word: z.string(),
  start: z.number(),
  end: z.number(),
  confidence: z.number(),
});

/** Percentiles in milliseconds. */
export const latency: z.ZodType = open({ p50: z.number(), p95: z.number() }).nullable();
export const spread: z.ZodType = open({ count, p50: figure, p95: figure, max: figure });
