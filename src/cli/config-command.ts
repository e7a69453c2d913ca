/**
 * What the commands share that show and mend configuration: they work without a cluster, and with a configuration no
 * other command can use.
 */
import { RtError } from '../base/errors.ts';
import { type FlagValues, gatherSettings, type Source } from '../config/raw.ts';
import { type Resolved, resolveSection } from '../config/resolve.ts';
import { type GlobalConfig, globalSection } from '../config/settings/global.ts';
import { BaseCommand } from './base-command.ts';

export abstract class ConfigCommand extends BaseCommand {
  /** Flags and the environment alone where a file cannot be used; how to print is all that is asked for then. */
  protected override gather(flags: FlagValues): readonly Source[] {
    try {
      const sources = super.gather(flags);
      resolveSection(globalSection, sources);
      return sources;
    } catch (error) {
      if (!(error instanceof RtError) || error.code !== 'config_invalid') throw error;
      return gatherSettings({ flags, files: false });
    }
  }

  /** Nothing is dialled before it is asked for. */
  protected override redisUrl({ values }: Resolved<GlobalConfig>): string {
    return values.redis;
  }

  /** What stands for a secret. */
  protected get dots(): string {
    return this.global.ascii ? '****' : '••••';
  }
}
