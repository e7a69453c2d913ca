/** A setting's text as the value a file holds. */
import { RtError } from '../base/errors.ts';
import type { TomlScalar } from './edit-toml.ts';
import { hasSecret } from './secrets.ts';
import type { KeyedRow } from './shown-settings.ts';

/** @throws RtError usage for what the setting cannot be, and for a secret */
export function tomlValueOf({ key, row }: KeyedRow, text: string): TomlScalar {
  if (row.kind.parse(text) === undefined) {
    throw new RtError('usage', `${key} cannot be ${JSON.stringify(text)}`, {
      hint: `Give it ${row.kind.expects}.`,
    });
  }
  if (hasSecret(text)) {
    throw new RtError('usage', `The value of ${key} holds a password`, {
      hint: 'Write the password into a file of its own (chmod 600) and name that: rt config set redis_password_file FILE',
    });
  }
  if (row.kind.form === 'toggle') return text === 'true' || text === '1';
  if (row.kind.form === 'list') return text.split(',').map((part) => part.trim());
  return /^(?:0|[1-9]\d{0,8})$/.test(text) ? Number(text) : text;
}
