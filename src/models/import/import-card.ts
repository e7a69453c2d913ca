/** The card of an imported model: its files, where they came from, and what was proven of them. */
import { readdir, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type { Clock } from '../../base/clock.ts';
import type { NemoFiles } from '../../engine/models/nemo-files.ts';
import { roleOf } from '../file-role.ts';
import { sha256OfFile } from '../../engine/models/file-sum.ts';
import { CARD_NAME, type CardFile, readCard, writeCard } from '../model-card.ts';
import type { ImportOutcome } from './import-outcome.ts';

export interface ImportFacts {
  readonly outcome: ImportOutcome;
  readonly files: NemoFiles;
  readonly clock: Clock;
}

/** Writes the card of everything that is in `folder`; what the original's card says of it stays. */
export async function writeImportCard(folder: string, { outcome, files, clock }: ImportFacts): Promise<void> {
  const original = await readCard(dirname(files.encoder));
  const names = (await readdir(folder)).filter((name) => name !== CARD_NAME);
  const described = await Promise.all(
    names.map(async (name) => [name, await describe(folder, name, names)] as const),
  );
  const card = {
    ...original,
    name: files.family,
    languages: files.languages,
    default: outcome.encoder,
    files: Object.fromEntries(described),
    imported: {
      at: clock.date().toISOString(),
      from: {
        file: basename(files.encoder),
        bytes: (await stat(files.encoder)).size,
        sha256: await sha256OfFile(files.encoder),
      },
      ...importDocument(outcome),
    },
  };
  await writeCard(folder, card);
}

/** The result as cards and `--json` have it. */
export function importDocument({
  kind,
  reason,
  layers,
  proof,
  steps,
}: ImportOutcome): Record<string, unknown> {
  return {
    result: kind,
    reason: reason ?? null,
    layers: layers ?? null,
    proof: proof
      ? {
          windows: proof.windows,
          tokens: proof.tokens ?? null,
          edited_share: proof.editedShare ?? null,
          difference: proof.difference,
          own_edited_share: proof.ownEditedShare ?? null,
          own_difference: proof.ownDifference ?? null,
        }
      : null,
    steps: steps.map(({ batch, plainMs, deltaMs }) => ({ batch, plain_ms: plainMs, delta_ms: deltaMs })),
  };
}

async function describe(
  folder: string,
  name: string,
  names: readonly string[],
): Promise<CardFile & { readonly weights?: string }> {
  const path = join(folder, name);
  const role = roleOf(name);
  const weights = names.find((other) => other === `${name}.weights`);
  return {
    bytes: (await stat(path)).size,
    sha256: await sha256OfFile(path),
    ...(role === undefined ? {} : { role }),
    ...(weights === undefined ? {} : { weights }),
  };
}
