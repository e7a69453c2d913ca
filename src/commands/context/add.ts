import { resolve } from 'node:path';
import { Args, type Interfaces } from '@oclif/core';
import { RtError } from '../../base/errors.ts';
import { type Examples } from '../../cli/base-command.ts';
import { ConfigCommand } from '../../cli/config-command.ts';
import { flagsOf } from '../../cli/flags.ts';
import {
  chooseContext,
  contextRow,
  readContexts,
  userFilePath,
  writeContext,
} from '../../config/contexts.ts';
import type { TomlScalar } from '../../config/edit-toml.ts';
import { CONTEXT_KEYS } from '../../config/sections.ts';
import { contextAddSection } from '../../config/settings/context.ts';

export default class ContextAdd extends ConfigCommand {
  static override summary: string = 'Remember a cluster under a name.';
  static override description: string =
    'Keeps --redis, --redis-password-file, --prefix, --gateway and --read-only, those that are given, as ' +
    '[contexts.NAME] of the file of the user. Passwords are kept in files of their own only.';
  static override examples: Examples = [
    {
      description: 'A cluster to watch, and not to touch:',
      command: 'rt context add prod --redis redis://10.0.0.5:6379 --gateway wss://stt.example --read-only',
    },
    {
      description: 'With a password:',
      command:
        'rt context add prod --redis rediss://app@10.0.0.5:6380 --redis-password-file ~/.config/rt/prod.pw',
    },
    {
      description: 'One to use at once:',
      command: 'rt context add dev --redis redis://127.0.0.1:6379 --use',
    },
  ];
  static override args: Interfaces.ArgInput = {
    name: Args.string({ description: 'Name of the context.', required: true, ignoreStdin: true }),
  };
  static override flags: Interfaces.FlagInput = flagsOf(contextAddSection);

  override run(): Promise<unknown> {
    const { replace, use } = this.settings(contextAddSection);
    const name = this.operand;
    const path = userFilePath();
    const values = this.givenValues();
    const before = readContexts(path).byName.get(name);
    if (before !== undefined && !replace) {
      throw new RtError('usage', `There is a context ${name} already`, {
        hint: `Look at it with "rt context show ${name}"; --replace puts this one in its place.`,
      });
    }
    writeContext(name, values, path);
    if (use) chooseContext(name, path);
    if (!this.jsonEnabled()) {
      this.output.line(`${before === undefined ? 'Added' : 'Replaced'} context ${name} in ${path}`);
      this.output.note(`Undo with: rt context remove ${name}`);
      if (!use) this.output.note(`Use it with: rt context use ${name}, or for one command --context ${name}`);
    }
    return Promise.resolve({
      schema: 'rt.context/v1',
      name,
      file: path,
      current: readContexts(path).current === name,
      values: Object.fromEntries(values),
    });
  }

  /** What was given of the keys a context may have; the environment is of no account. */
  private givenValues(): ReadonlyMap<string, TomlScalar> {
    const values = new Map<string, TomlScalar>();
    for (const key of CONTEXT_KEYS) {
      const flag = key.replaceAll('_', '-');
      const raw = this.given[flag];
      if (typeof raw !== 'string') continue;
      const row = contextRow(key);
      if (row?.kind.parse(raw) === undefined) {
        throw new RtError('usage', `--${flag} cannot be ${JSON.stringify(raw)}`, {
          hint: `Give it ${row?.kind.expects ?? 'another value'}.`,
        });
      }
      values.set(key, key === 'read_only' ? raw === 'true' : isPath(key) ? absolute(raw) : raw);
    }
    if (values.has('redis') || values.has('gateway')) return values;
    throw new RtError('usage', 'A context needs at least a Redis or a gateway', {
      hint: 'Give --redis URL, --gateway URL, or both.',
    });
  }
}

const isPath = (key: string): boolean => key.endsWith('_file');

/** The file is read from other folders than this one. */
function absolute(path: string): string {
  return path.startsWith('~/') ? path : resolve(path);
}
