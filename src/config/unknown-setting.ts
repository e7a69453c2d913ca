/** What to say of a setting that does not exist. */
import { RtError } from '../base/errors.ts';
import { closest } from './closest.ts';
import { keyedRows } from './shown-settings.ts';

/** The fault `not_found`, with the key that was probably meant. */
export function unknownSetting(key: string): RtError {
  const keys = keyedRows().map((row) => row.key);
  // `listen` without its section is the likeliest mistake.
  const sameName = keys.filter((each) => each.endsWith(`.${key}`));
  const meant = closest(key, keys);
  const hint =
    sameName.length > 0
      ? `Did you mean ${sameName.join(' or ')}?`
      : meant === undefined
        ? 'List them with: rt config show'
        : `Did you mean ${meant}? List them with: rt config show`;
  return new RtError('not_found', `There is no setting ${key}`, { hint });
}
