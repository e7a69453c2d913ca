/** Pulls what a person names: an id of the catalogue or a URL. */
import type { Clock } from '../../base/clock.ts';
import { findEntry, unknownModel } from '../catalogue.ts';
import { createHttpGet } from './http-get.ts';
import { diskParts } from './part-file.ts';
import { planEntry } from './plan.ts';
import { planUrl } from './plan-url.ts';
import type { PullEvent } from './pull-event.ts';
import { type PullOutcome, pullModel, type PullTarget } from './pull-model.ts';

export interface PullByNameOptions extends PullTarget {
  readonly baseUrl: string | undefined;
  /** Graphs to take of a repository given by URL. */
  readonly only?: readonly string[] | undefined;
  /** Of this program, for publishers' logs. */
  readonly version: string;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  readonly onEvent: (event: PullEvent) => void;
}

/** @throws RtError not_found for an unknown id, and as planUrl and pullModel */
export async function pullByName(
  name: string,
  options: PullByNameOptions,
): Promise<PullOutcome & { readonly id: string }> {
  const { baseUrl, clock, signal, onEvent } = options;
  const ports = { get: createHttpGet(`rt/${options.version}`), parts: diskParts, clock, signal, onEvent };
  const entry = findEntry(name);
  const isUrl = /^https?:\/\//.test(name);
  if (entry === undefined && !isUrl) throw unknownModel(name, 'not_found');
  const plan =
    entry === undefined
      ? await planUrl(name, { baseUrl, only: options.only, ports })
      : planEntry(entry, { baseUrl });
  const { modelsDir, to } = options;
  return { id: plan.id, ...(await pullModel(plan, { modelsDir, to }, ports)) };
}
