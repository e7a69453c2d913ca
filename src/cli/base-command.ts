/**
 * What every command shares: global flags, settings, the two streams, and one way to fail.
 *
 * oclif alone exits with other codes under --json than without, dumps its configuration for a parse error, and goes
 * on writing into a closed pipe; here `catch` decides all of it. Always true: a failure prints three lines on
 * stderr or one JSON document on stdout, and its exit code is the same in both modes.
 */
import { Command, Errors, Flags, type Interfaces } from '@oclif/core';
import { RtError } from '../base/errors.ts';
import { redisWithPassword } from '../config/password-file.ts';
import { type FlagValues, gatherSettings, type Source } from '../config/raw.ts';
import { type Resolved, resolveSection } from '../config/resolve.ts';
import type { Section } from '../config/setting.ts';
import { hasSecret } from '../config/secrets.ts';
import { type GlobalConfig, globalSection } from '../config/settings/global.ts';
import { exitCodeOf } from './exit-codes.ts';
import { faultDocument, faultLines, fromParser } from './fault.ts';
import { originText } from '../config/shown-settings.ts';
import { flagsOf, flagTexts } from './flags.ts';
import { createOutput, type Output } from './output.ts';

/** What to type first, and why; help shows them above everything else. */
export type Examples = { readonly description: string; readonly command: string }[];

const GROUP = 'GLOBAL';

const globalFlags: Interfaces.FlagInput = {
  // oclif adds this flag itself where a command may answer in JSON; here it only gets our words.
  json: Flags.boolean({
    description: 'Print one JSON document in place of text; rt schema tells its shape.',
    helpGroup: GROUP,
  }),
  ...flagsOf(globalSection, GROUP),
  config: Flags.string({
    description: 'Configuration file to read in place of ./rt.toml. [RT_CONFIG]',
    helpValue: 'FILE',
    helpGroup: GROUP,
  }),
  context: Flags.string({
    description: 'Cluster to speak to, from [contexts.NAME] of the user file. [RT_CONTEXT]',
    helpValue: 'NAME',
    helpGroup: GROUP,
  }),
};

function onClosedPipe(stream: NodeJS.WriteStream, listener: () => void): void {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') listener();
  });
}

export abstract class BaseCommand extends Command {
  static override enableJsonFlag = true;
  static override baseFlags: Interfaces.FlagInput = globalFlags;

  /** Arguments as they were given, in order; `-` among them stands for stdin. */
  protected operands: readonly string[] = [];
  /** Flags as they were given, by long name. */
  protected given: FlagValues = {};
  #sources: readonly Source[] = [];
  #global: GlobalConfig | undefined;
  #output: Output | undefined;

  protected override async init(): Promise<void> {
    for (const stream of [process.stdout, process.stderr]) onClosedPipe(stream, () => this.onClosedPipe());
    await super.init();
    // Parsing sees what a class has of its own; what a command takes may be said by the class above it.
    const { args, strict, flags, baseFlags, enableJsonFlag } = this.ctor;
    const takes = { args, strict, flags, baseFlags, enableJsonFlag };
    const parsed: { argv: unknown[]; flags: Record<string, unknown> } = await this.parse(takes);
    this.operands = parsed.argv.map(String);
    this.given = flagTexts(parsed.flags);
    this.#sources = this.gather(this.given);
    const resolved = resolveSection(globalSection, this.#sources);
    this.#output = createOutput(resolved.values);
    this.#global = { ...resolved.values, redis: this.redisUrl(resolved) };
    if (hasSecret(String(this.given['redis'] ?? ''))) {
      this.output.warn(
        'Everybody on this machine can read a password in --redis; use RT_REDIS or a configuration file.',
      );
    }
  }

  /** Where settings come from, strongest first. @throws RtError config_invalid */
  protected gather(flags: FlagValues): readonly Source[] {
    return gatherSettings({ flags });
  }

  /** @throws RtError config_invalid: a password file that cannot be used */
  protected redisUrl(resolved: Resolved<GlobalConfig>): string {
    return redisWithPassword(resolved);
  }

  /** For whatever changes a cluster. @throws RtError forbidden where it was said that nothing may be changed */
  protected refuseIfReadOnly(deed: string): void {
    if (!this.global.readOnly) return;
    const origin = resolveSection(globalSection, this.#sources).origins.readOnly;
    throw new RtError('forbidden', `${deed} is refused: this is read only (${originText(origin)})`, {
      hint: 'Choose another context with --context, or take read_only out of this one.',
    });
  }

  /** Nobody reads what is written any more, as behind `rt … | head`, which got what it wanted. */
  protected onClosedPipe(): void {
    process.exit(0);
  }

  /** The section's settings from flags, environment and files. @throws RtError usage or config_invalid */
  protected settings<C>(section: Section<C>): C {
    return resolveSection(section, this.#sources).values;
  }

  /** Whether anybody said which Redis to use. */
  protected get isRedisNamed(): boolean {
    return resolveSection(globalSection, this.#sources).origins.redis?.layer !== 'default';
  }

  protected get global(): GlobalConfig {
    if (this.#global === undefined) throw new RtError('internal_error', 'Settings are read before init');
    return this.#global;
  }

  protected get output(): Output {
    if (this.#output === undefined) throw new RtError('internal_error', 'Output is used before init');
    return this.#output;
  }

  /** The first operand of a command that requires one. */
  protected get operand(): string {
    const [first] = this.operands;
    if (first === undefined) throw new RtError('internal_error', 'The command declares no required argument');
    return first;
  }

  protected override catch(error: Error): Promise<never> {
    if (error instanceof Errors.ExitError) return Promise.reject(error);
    const flags = Object.keys({ ...this.ctor.flags, ...this.ctor.baseFlags, json: true });
    const fault = fromParser(error, { command: (this.id ?? '').replaceAll(':', ' '), flags });
    if (this.jsonEnabled()) this.logJson(faultDocument(fault));
    else process.stderr.write(`${faultLines(fault).join('\n')}\n`);
    if (this.argv.includes('--verbose') && error.stack !== undefined)
      process.stderr.write(`${error.stack}\n`);
    return Promise.reject(new Errors.ExitError(exitCodeOf(fault)));
  }

  protected override toErrorJson(error: unknown): unknown {
    return faultDocument(error);
  }

  /** Plain JSON: oclif's own colours it by rules that know nothing of ours. */
  protected override logJson(json: unknown): void {
    process.stdout.write(`${JSON.stringify(json, null, 2)}\n`);
  }
}
