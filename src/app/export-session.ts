/** What a session has said, as a document or a subtitle file. */
import { isSessionId } from '../base/ids.ts';
import { RtError } from '../base/errors.ts';
import { toSrt, toVtt } from '../client/subtitles.ts';
import { readTranscript, type Transcript } from '../gateway/http/transcript.ts';
import type { SessionView } from '../registry/ports.ts';
import type { Cluster } from './open-registry.ts';
import { safeText } from '../base/terminal-text.ts';

export type ExportFormat = 'txt' | 'json' | 'srt' | 'vtt';

export const EXPORT_FORMATS: readonly ExportFormat[] = ['txt', 'json', 'srt', 'vtt'];

/** The same document as `GET /v1/realtime/sessions/{id}/transcript`. */
export interface TranscriptDocument extends Transcript {
  readonly schema: 'rt.transcript/v1';
  readonly session_id: string;
  readonly status: SessionView['status'];
  readonly language: string;
  readonly model: string;
}

/** Of a session that runs: what it has said so far. @throws RtError not_found, registry_unavailable */
export async function exportSession(
  { registry, bus }: Pick<Cluster, 'registry' | 'bus'>,
  id: string,
): Promise<TranscriptDocument> {
  const session = isSessionId(id) ? await registry.fleet.session(id) : undefined;
  if (session === undefined) {
    throw new RtError('not_found', `There is no session ${id}, or it is no longer kept`, {
      hint: 'Sessions are kept for an hour after their end. List those that run with: rt sessions list',
    });
  }
  return {
    schema: 'rt.transcript/v1',
    session_id: session.id,
    status: session.status,
    language: session.language,
    model: session.model,
    ...readTranscript(await bus.journal.read(session.id, 0)),
  };
}

/** The whole file, with its last line ended. */
export function renderTranscript(document: TranscriptDocument, format: ExportFormat): string {
  const { segments } = document;
  switch (format) {
    case 'txt':
      return segments.map(({ text }) => `${safeText(text)}\n`).join('');
    case 'json':
      return `${JSON.stringify(document, null, 2)}\n`;
    case 'srt':
      return toSrt(segments);
    case 'vtt':
      return toVtt(segments);
  }
}
