import type { SessionDocument } from '../../registry/fleet-documents.ts';
import { systemClock } from '../../base/clock.ts';
import { safeText } from '../../base/terminal-text.ts';
import { BaseCommand, type Examples } from '../../cli/base-command.ts';
import { agoText, clockText } from '../../cli/clock-text.ts';
import { withCluster } from '../../cli/cluster.ts';
import { renderTable } from '../../cli/table.ts';

export default class SessionsList extends BaseCommand {
  static override summary: string = 'List the sessions that run now.';
  static override examples: Examples = [
    { description: 'Who is speaking:', command: 'rt sessions list' },
    { description: 'How many:', command: "rt sessions list --json | jq '.sessions | length'" },
    { description: 'Another cluster:', command: 'rt sessions list --redis redis://10.0.0.5:6379' },
  ];

  override async run(): Promise<unknown> {
    const { sessionDocument } = await import('../../registry/fleet-documents.ts');
    const views = await withCluster(this.global, ({ registry }) => registry.fleet.sessions());
    const sessions = views.map(sessionDocument).toSorted((a, b) => a.started_at.localeCompare(b.started_at));
    if (!this.jsonEnabled()) this.print(sessions);
    return { schema: 'rt.sessions/v1', sessions };
  }

  private print(sessions: readonly SessionDocument[]): void {
    if (sessions.length === 0) {
      this.output.note('No sessions. Start one with: rt stream FILE');
      return;
    }
    const now = systemClock.date();
    const rows = sessions.map((session) => [
      session.id,
      session.worker_id,
      session.gateway_id,
      session.model,
      session.language,
      clockText(session.audio_duration),
      agoText(session.started_at, now),
    ]);
    const columns = [
      { header: 'SESSION' },
      { header: 'WORKER' },
      { header: 'GATEWAY' },
      { header: 'MODEL' },
      { header: 'LANGUAGE' },
      { header: 'AUDIO', align: 'right' },
      { header: 'STARTED', align: 'right' },
    ] as const;
    this.output.line(
      renderTable(
        columns,
        rows.map((cells) => cells.map((cell) => safeText(cell))),
      ),
    );
  }
}
