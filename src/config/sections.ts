/** Every section there is: what a configuration file may contain. */
import { type AnyRow, fileKeyOf, rowsOf, type Section } from './setting.ts';
import { gatewaySection } from './settings/gateway.ts';
import { globalSection } from './settings/global.ts';
import { modelsSection } from './settings/models.ts';
import { routerSection } from './settings/router.ts';
import { streamSection } from './settings/stream.ts';
import { topSection } from './settings/top.ts';
import { upSection } from './settings/up.ts';
import { workerSection } from './settings/worker.ts';

function fileRows<C>(section: Section<C>): readonly [string, ReadonlyMap<string, AnyRow>] {
  const rows = rowsOf(section).filter(([, row]) => !row.flagOnly);
  return [section.name, new Map(rows.map(([, row]) => [fileKeyOf(row), row]))];
}

/** Rows by table name and key, as a file writes them; the table `''` is the top of the file. */
export const FILE_TABLES: ReadonlyMap<string, ReadonlyMap<string, AnyRow>> = new Map([
  fileRows(globalSection),
  fileRows(gatewaySection),
  fileRows(workerSection),
  fileRows(routerSection),
  fileRows(upSection),
  fileRows(streamSection),
  fileRows(topSection),
  fileRows(modelsSection),
]);

/** Settings a context may hold: which cluster the commands speak to. */
export const CONTEXT_KEYS: readonly string[] = [
  'redis',
  'redis_password_file',
  'prefix',
  'gateway',
  'read_only',
];
