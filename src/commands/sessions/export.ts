import { writeFile } from 'node:fs/promises';
import { extname } from 'node:path';
import { Args, type Interfaces } from '@oclif/core';
import {
  EXPORT_FORMATS,
  type ExportFormat,
  exportSession,
  renderTranscript,
  type TranscriptDocument,
} from '../../app/export-session.ts';
import { messageOf, RtError } from '../../base/errors.ts';
import { BaseCommand, type Examples } from '../../cli/base-command.ts';
import { withCluster } from '../../cli/cluster.ts';
import { flagsOf } from '../../cli/flags.ts';
import { type ExportConfig, exportSection } from '../../config/settings/control.ts';

export default class SessionsExport extends BaseCommand {
  static override summary: string = 'Write what a session has said as text, JSON or subtitles.';
  static override description: string =
    'Of a session that runs: what is final so far. Of one that has ended: all of it, for an hour. To read along use rt sessions tail.';
  static override examples: Examples = [
    { description: 'The words, a line for each final:', command: 'rt sessions export sess_4f2a90b1c3d7' },
    { description: 'Subtitles of a call:', command: 'rt sessions export sess_4f2a90b1c3d7 -o call.srt' },
    {
      description: 'When what was said:',
      command: 'rt sessions export sess_4f2a90b1c3d7 --format json | jq .segments',
    },
  ];
  static override args: Interfaces.ArgInput = {
    session: Args.string({ description: 'Id of the session.', required: true, ignoreStdin: true }),
  };
  static override flags: Interfaces.FlagInput = flagsOf(exportSection);

  override async run(): Promise<unknown> {
    const config = this.settings(exportSection);
    const format = formatOf(config, this.jsonEnabled());
    const document = await withCluster(this.global, (cluster) => exportSession(cluster, this.operand));
    this.sayWhatIsMissing(document);
    const { output: file } = config;
    if (file === undefined) {
      if (!this.jsonEnabled()) process.stdout.write(renderTranscript(document, format));
      return document;
    }
    await writeFile(file, renderTranscript(document, format)).catch((cause: unknown) => {
      throw new RtError('usage', `${file} cannot be written: ${messageOf(cause)}`, {
        cause,
        hint: 'Give --output a file that can be written.',
      });
    });
    const { session_id, status, complete, segments } = document;
    if (!this.jsonEnabled())
      this.output.line(`${file}: ${String(segments.length)} segments of ${session_id}`);
    const figures = { session_id, status, complete, segments: segments.length };
    return { schema: 'rt.session-export/v1', file, format, ...figures };
  }

  private sayWhatIsMissing({ status, complete }: TranscriptDocument): void {
    if (!complete) this.output.warn('The oldest words of this session are no longer kept.');
    if (status === 'active') this.output.note('The session runs; this is what it has said so far.');
  }
}

/** @throws RtError usage when stdout would have to be two things */
function formatOf({ format, output }: ExportConfig, isJson: boolean): ExportFormat {
  const ending = extname(output ?? '').slice(1);
  const chosen = format ?? EXPORT_FORMATS.find((known) => known === ending);
  if (output !== undefined || !isJson) return chosen ?? 'txt';
  if (chosen === undefined || chosen === 'json') return 'json';
  throw new RtError('usage', `--json prints JSON, not ${chosen}`, {
    hint: `Leave --json out, or write the ${chosen} to a file with --output.`,
  });
}
