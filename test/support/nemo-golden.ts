/** What NeMo made of the shared clip: the goldens beside the models of fixtures/models. */
import { readdirSync, existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';

const numbers = z.object({ file: z.string(), shape: z.array(z.number()) });
const tokens = z.object({
  ids: z.array(z.number()),
  frames: z.array(z.number()),
  durations: z.array(z.number()).optional(),
});

const golden = z.object({
  decoder: z.enum(['ctc', 'rnnt', 'tdt']),
  streaming: z.boolean(),
  audio: z.string(),
  bands: z.number(),
  blankId: z.number(),
  windowFrames: z.number().optional(),
  shiftFrames: z.number().optional(),
  runs: z.array(
    z.object({
      startSample: z.number(),
      endSample: z.number(),
      prompt: z.string().optional(),
      text: z.string(),
      tokens,
      /** The decoder started afresh after each end of a turn. */
      tokensWithTurns: tokens.optional(),
      features: numbers.optional(),
      output: numbers,
    }),
  ),
});

export type NemoGolden = z.infer<typeof golden>;
export type GoldenRun = NemoGolden['runs'][number];
export type GoldenTokens = z.infer<typeof tokens>;

export interface NemoFixture {
  readonly name: string;
  readonly folder: string;
  readonly golden: NemoGolden;
  /** Numbers of a golden, as they lie in the file. */
  numbers(of: { readonly file: string }): Float32Array;
}

const MODELS = 'fixtures/models';

/** Every model made by NeMo. */
export function nemoFixtures(): readonly NemoFixture[] {
  const folders = readdirSync(MODELS).map((name) => ({ name, folder: join(MODELS, name) }));
  return folders
    .filter(
      ({ name, folder }) => /^(?:streaming|offline)-/.test(name) && existsSync(join(folder, 'golden.json')),
    )
    .map(({ name, folder }) => ({
      name,
      folder,
      golden: golden.parse(JSON.parse(readFileSync(join(folder, 'golden.json'), 'utf8'))),
      numbers: ({ file }) => {
        const bytes = readFileSync(join(folder, file));
        return new Float32Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length));
      },
    }));
}

/** Greatest distance between two rows of numbers; infinite where they differ in length. */
export function farthest(a: Float32Array, b: Float32Array): number {
  if (a.length !== b.length) return Number.POSITIVE_INFINITY;
  return a.reduce((far, value, i) => Math.max(far, Math.abs(value - b[i]!)), 0);
}
