import { Args, type Interfaces } from '@oclif/core';
import type { AreaReport, Area, Patient } from '../app/doctor/examine.ts';
import type { DoctorDocument } from '../app/doctor/doctor-document.ts';
import type { Finding, FindingStatus } from '../app/doctor/finding.ts';
import { systemClock } from '../base/clock.ts';
import { RtError } from '../base/errors.ts';
import { safeText } from '../base/terminal-text.ts';
import { BaseCommand, type Examples } from '../cli/base-command.ts';
import { withDeadline } from '../cli/deadline.ts';
import { exitCodeOf } from '../cli/exit-codes.ts';
import { flagsOf } from '../cli/flags.ts';
import type { Style } from '../cli/output.ts';
import { abortOnStopSignal } from '../cli/signals.ts';
import { closest } from '../config/closest.ts';
import { doctorSection } from '../config/settings/doctor.ts';
import { modelsDir, modelsDirSection } from '../config/settings/models.ts';

/** Long enough for a server that is busy, short enough for a person who waits. */
const STEP_TIMEOUT_MS = 3000;
const STYLES: Readonly<Record<FindingStatus, Style>> = {
  ok: 'green',
  warn: 'yellow',
  fail: 'red',
  skip: 'dim',
};

export default class Doctor extends BaseCommand {
  static override summary: string = 'Examine this machine, the Redis and the gateway, and say what to do.';
  static override description: string =
    'Areas: redis net audio gpu tls limits models; all of them without an argument. Opens a session without audio, and ' +
    'writes one key that lives for a second; with read_only it does neither. Ends with 10 when something should be ' +
    'better (WARN) and 11 when something does not work (FAIL); SKIP is no problem.';
  static override examples: Examples = [
    { description: 'Everything, with commands that help:', command: 'rt doctor --fix-hints' },
    { description: 'Only what a gateway needs:', command: 'rt doctor redis net limits' },
    { description: 'Something to send to whoever is asked for help:', command: 'rt doctor --bundle out.tgz' },
  ];
  static override args: Interfaces.ArgInput = {
    area: Args.string({ description: 'Areas to examine.', ignoreStdin: true }),
  };
  static override strict = false;
  static override flags: Interfaces.FlagInput = { ...flagsOf(doctorSection), ...flagsOf(modelsDirSection) };

  override async run(): Promise<unknown> {
    const { fixHints, bundle } = this.settings(doctorSection);
    const { AREAS, examine } = await import('../app/doctor/examine.ts');
    const { doctorDocument } = await import('../app/doctor/doctor-document.ts');
    const areas = chosen(this.operands, AREAS);
    const patient = this.patient();
    const reports = await examine(areas, patient, (report) => {
      if (!this.jsonEnabled()) this.print(report, fixHints);
    });
    const document = doctorDocument(reports, systemClock.date());
    if (bundle !== undefined) await this.bundle(bundle, { document, patient });
    this.judge(document);
    return document;
  }

  private patient(): Patient {
    const { redis, prefix, gateway, readOnly, timeoutMs } = this.global;
    return {
      ...{ redis, prefix, gateway, mayChange: !readOnly, clock: systemClock },
      modelsDir: modelsDir(this.settings(modelsDirSection)),
      stepTimeoutMs: Math.min(timeoutMs ?? STEP_TIMEOUT_MS, STEP_TIMEOUT_MS),
      signal: withDeadline(abortOnStopSignal(), timeoutMs),
    };
  }

  private print({ area, findings }: AreaReport, withFixes: boolean): void {
    for (const finding of findings) {
      const word = finding.status.toUpperCase().padEnd(4);
      const place = `${area.padEnd(6)}  ${finding.name.padEnd(NAME_WIDTH)}`;
      this.output.line(
        `${this.output.paint(STYLES[finding.status], word)}  ${safeText(`${place}  ${finding.text}`)}`,
      );
      for (const advice of adviceOf(finding, withFixes))
        this.output.line(safeText(`${' '.repeat(INDENT)}${advice}`));
    }
  }

  /** The document is printed in any case; the exit code is the same in both modes. */
  private judge({ status, counts }: DoctorDocument): void {
    if (status === 'ok') return;
    const found = `${String(counts.fail)} failed, ${String(counts.warn)} to be improved, ${String(counts.ok)} as they should be`;
    const fault = new RtError(status === 'fail' ? 'unhealthy' : 'degraded', `Checks: ${found}`);
    if (!this.jsonEnabled()) throw fault;
    process.exitCode = exitCodeOf(fault);
  }

  private async bundle(
    path: string,
    found: { readonly document: DoctorDocument; readonly patient: Patient },
  ): Promise<void> {
    const { writeBundle } = await import('../app/doctor/bundle.ts');
    const { showSettings } = await import('../config/shown-settings.ts');
    const { settingDocument } = await import('../config/setting-document.ts');
    const settings = showSettings(this.gather(this.given), '••••').map(settingDocument);
    const members = await writeBundle(path, { ...found, settings });
    this.output.note(`Wrote ${safeText(path)}:`);
    for (const { name, about } of members) this.output.note(`  ${name.padEnd(16)} ${about}`);
    this.output.note('Secrets, transcripts and addresses of clients are left out; look before you send it.');
  }
}

const NAME_WIDTH = 14;
/** Hints stand below the text. */
const INDENT = 4 + 2 + 6 + 2 + NAME_WIDTH + 2;

function adviceOf({ status, hint, fix }: Finding, withFixes: boolean): readonly string[] {
  const isProblem = status === 'warn' || status === 'fail';
  return [
    ...(hint === undefined ? [] : [hint]),
    ...(withFixes && isProblem && fix !== undefined ? [`$ ${fix}`] : []),
  ];
}

/** @throws RtError usage */
function chosen(named: readonly string[], areas: readonly Area[]): readonly Area[] {
  if (named.length === 0) return areas;
  for (const name of named) {
    if (areas.some((area) => area === name)) continue;
    const meant = closest(name, areas);
    throw new RtError('usage', `There is no area ${name}`, {
      hint:
        meant === undefined
          ? `Areas: ${areas.join(', ')}`
          : `Did you mean ${meant}? Areas: ${areas.join(', ')}`,
    });
  }
  return areas.filter((area) => named.includes(area));
}
