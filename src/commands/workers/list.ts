import { systemClock } from '../../base/clock.ts';
import { safeText } from '../../base/terminal-text.ts';
import { BaseCommand, type Examples } from '../../cli/base-command.ts';
import { withCluster } from '../../cli/cluster.ts';
import { agoText } from '../../cli/clock-text.ts';
import { renderTable } from '../../cli/table.ts';
import { workerStateText } from '../../cli/worker-state.ts';
import { PROTOCOL_VERSION } from '../../protocol/version.ts';
import type { WorkerDocument } from '../../registry/fleet-documents.ts';

export default class WorkersList extends BaseCommand {
  static override summary: string = 'List the workers of a cluster.';
  static override description: string = 'Workers that went offline stay listed for an hour.';
  static override examples: Examples = [
    { description: 'Who serves, and how full:', command: 'rt workers list' },
    { description: 'Another cluster:', command: 'rt workers list --context prod' },
    {
      description: 'Free slots, for a script:',
      command: "rt workers list --json | jq '[.workers[] | .capacity - .active_sessions] | add'",
    },
  ];

  override async run(): Promise<unknown> {
    const { workerDocument } = await import('../../registry/fleet-documents.ts');
    const views = await withCluster(this.global, ({ registry }) => registry.fleet.workers());
    const workers = views.map(workerDocument).toSorted((a, b) => a.id.localeCompare(b.id));
    if (!this.jsonEnabled()) this.print(workers);
    return { schema: 'rt.workers/v1', workers };
  }

  private print(workers: readonly WorkerDocument[]): void {
    if (workers.length === 0) {
      this.output.note('No workers. Start one with: rt worker');
      return;
    }
    const now = systemClock.date();
    const rows = workers.map((worker) => [
      worker.id,
      workerStateText(worker),
      `${String(worker.active_sessions)}/${String(worker.capacity)}`,
      agoText(worker.last_heartbeat, now),
      worker.endpoint,
      worker.models_loaded.join(' '),
    ]);
    const columns = [
      { header: 'WORKER' },
      { header: 'STATUS' },
      { header: 'SESSIONS', align: 'right' },
      { header: 'HEARD', align: 'right' },
      { header: 'ENDPOINT' },
      { header: 'MODELS' },
    ] as const;
    this.output.line(
      renderTable(
        columns,
        rows.map((cells) => cells.map((cell) => safeText(cell))),
      ),
    );
    const foreign = workers.filter(
      ({ status, protocol }) => status !== 'offline' && protocol !== PROTOCOL_VERSION,
    );
    for (const { id, protocol, version } of foreign) {
      this.output.note(
        safeText(
          `${id} (rt ${version}) speaks protocol ${String(protocol)}; gateways of protocol ${String(PROTOCOL_VERSION)} give it no session.`,
        ),
      );
    }
  }
}
