/** Engine settings as the composition root takes them. */
import type { EngineOptions, LogLevel, ModelChoice } from '../app/ports.ts';
import type { GlobalConfig } from '../config/settings/global.ts';

/** `PATH` or `PATH=ALIAS`; an alias has no slash, so that a path with `=` in it can still be given. */
export function parseModelChoice(text: string): ModelChoice {
  const at = text.lastIndexOf('=');
  const alias = at < 1 ? '' : text.slice(at + 1);
  return alias === '' || alias.includes('/') ? { path: text } : { path: text.slice(0, at), alias };
}

/** What a process without engine flags of its own holds: the bundled model on whatever this machine has. */
export const DEFAULT_ENGINE: EngineOptions = {
  models: [],
  vad: 'silero',
  provider: 'auto',
  capacity: 'auto',
};

/** --verbose and --quiet as a level; `usual` where neither is given. */
export function logLevelOf(config: Pick<GlobalConfig, 'quiet' | 'verbose'>, usual: LogLevel): LogLevel {
  if (config.verbose) return 'debug';
  return config.quiet ? 'error' : usual;
}
