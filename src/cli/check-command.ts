/**
 * What the checks for monitors share: one outcome in four formats, and its exit code.
 *
 * Always true: a check that cannot be made is UNKNOWN (exit 5, as a plugin 3) and never OK; in the plugin format
 * whatever goes wrong is one line on stdout, because a monitor shows nothing else.
 */
import { Errors } from '@oclif/core';
import type { CheckName, CheckOutcome, CheckState } from '../app/check/outcome.ts';
import { systemClock } from '../base/clock.ts';
import { RtError, toRtError } from '../base/errors.ts';
import { safeText } from '../base/terminal-text.ts';
import { within } from '../base/within.ts';
import { formatDuration } from '../config/durations.ts';
import type { Section } from '../config/setting.ts';
import type { CheckFormatConfig } from '../config/settings/check.ts';
import { BaseCommand } from './base-command.ts';
import { faultDocument, faultLines, fromParser } from './fault.ts';

/** Monitors wait ten seconds and then think the worst. */
const USUAL_TIMEOUT_MS = 9000;
/** As many steps may take as long as they may. */
const STEPS = 3;
const EXIT_CODES: Readonly<Record<CheckState, number>> = { ok: 0, warning: 10, critical: 11, unknown: 5 };

const PLUGIN_UNKNOWN = 3;

/** What is checked, and how. */
export interface Check {
  readonly name: CheckName;
  /** Told where it could not be looked at. */
  readonly subject?: string;
  readonly look: () => Promise<CheckOutcome>;
}

export abstract class CheckCommand extends BaseCommand {
  /**
   * Of each step of a look. Two may pass in vain and the look still comes to an end: what does not answer is critical
   * and not unknown.
   */
  protected get stepTimeoutMs(): number {
    return Math.round((this.global.timeoutMs ?? USUAL_TIMEOUT_MS) / STEPS);
  }

  /** The settings of this check. @throws RtError usage where the bounds are the wrong way round */
  protected bounds<C extends CheckFormatConfig & { readonly warn: unknown; readonly crit: unknown }>(
    section: Section<C>,
    side: 'most' | 'least',
  ): C {
    const config = this.settings(section);
    const { warn, crit } = config;
    if (typeof warn !== 'number' || typeof crit !== 'number') return config;
    if (side === 'most' ? warn <= crit : warn >= crit) return config;
    throw new RtError('usage', `--crit is reached before --warn`, {
      hint: `Give --crit a ${side === 'most' ? 'higher' : 'lower'} value than --warn.`,
    });
  }

  /** Looks, prints, and leaves with the code of the outcome. */
  protected async conclude(check: Check, { format }: CheckFormatConfig): Promise<unknown> {
    const { outcome, fault } = await this.attempt(check);
    const { checkDocument } = await import('../app/check/check-document.ts');
    const document = checkDocument(outcome, systemClock.date());
    if (this.jsonEnabled()) {
      process.exitCode = EXIT_CODES[outcome.state];
      return document;
    }
    process.exitCode = await this.print(outcome, format);
    if (fault !== undefined && format === 'text')
      for (const line of faultLines(fault)) this.output.warn(line);
    return document;
  }

  /** The exit code. */
  private async print(outcome: CheckOutcome, format: CheckFormatConfig['format']): Promise<number> {
    const { checkLines, NAGIOS_EXIT, nagiosLine } = await import('../app/check/formats.ts');
    const { checkDocument } = await import('../app/check/check-document.ts');
    if (format === 'nagios') {
      this.output.line(nagiosLine(outcome));
      return NAGIOS_EXIT[outcome.state];
    }
    if (format === 'json') this.logJson(checkDocument(outcome, systemClock.date()));
    else if (format === 'prometheus') {
      const { prometheusText } = await import('../app/check/prometheus-text.ts');
      this.output.line((await prometheusText(outcome, systemClock.date())).trimEnd());
    } else for (const line of checkLines(outcome)) this.output.line(line);
    return EXIT_CODES[outcome.state];
  }

  /** An outcome in any case; with the fault that kept the check from being made. */
  private async attempt({
    name,
    subject = '',
    look,
  }: Check): Promise<{ readonly outcome: CheckOutcome; readonly fault?: RtError }> {
    const timeoutMs = this.global.timeoutMs ?? USUAL_TIMEOUT_MS;
    try {
      const outcome = await within(systemClock, timeoutMs, look());
      if (outcome !== 'late') return { outcome };
      throw new RtError('timeout', `The check took longer than ${formatDuration(timeoutMs)}`);
    } catch (error) {
      const fault = toRtError(error);
      const { unmade } = await import('../app/check/outcome.ts');
      return { outcome: unmade(name, subject, fault.message), fault };
    }
  }

  protected override catch(error: Error): Promise<never> {
    const isPlugin = /(?:^| )--format[ =]nagios(?: |$)/.test(this.argv.join(' '));
    if (!isPlugin || error instanceof Errors.ExitError) return super.catch(error);
    const command = (this.id ?? '').replaceAll(':', ' ');
    const fault = fromParser(error, {
      command,
      flags: Object.keys({ ...this.ctor.flags, ...this.ctor.baseFlags }),
    });
    const { message, what_to_do: whatToDo } = faultDocument(fault).error;
    const name = command.replace(/^check /, '').toUpperCase();
    process.stdout.write(
      `RT ${name} UNKNOWN - ${safeText(`${message}. ${whatToDo}`).replaceAll('|', '/')}\n`,
    );
    return Promise.reject(new Errors.ExitError(PLUGIN_UNKNOWN));
  }
}
