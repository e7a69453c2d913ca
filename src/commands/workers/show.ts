import { Args, type Interfaces } from '@oclif/core';
import { RtError } from '../../base/errors.ts';
import { BaseCommand, type Examples } from '../../cli/base-command.ts';
import { withCluster } from '../../cli/cluster.ts';
import { renderRecord } from '../../cli/table.ts';

export default class WorkersShow extends BaseCommand {
  static override summary: string = 'Show one worker and the sessions it holds.';
  static override examples: Examples = [
    { description: 'Everything known about a worker:', command: 'rt workers show w-1' },
    { description: 'The same as JSON:', command: 'rt workers show w-1 --json' },
    {
      description: 'Its sessions alone:',
      command: "rt workers show w-1 --json | jq -r '.sessions[].id'",
    },
  ];
  static override args: Interfaces.ArgInput = {
    worker: Args.string({ description: 'Id of the worker.', required: true, ignoreStdin: true }),
  };

  override async run(): Promise<unknown> {
    const id = this.operand;
    const { workerDocument, sessionDocument } = await import('../../registry/fleet-documents.ts');
    const { views, held } = await withCluster(this.global, async ({ registry: { fleet } }) => ({
      views: await fleet.workers(),
      held: await fleet.sessions(),
    }));
    const view = views.find((worker) => worker.id === id);
    if (view === undefined) {
      throw new RtError('not_found', `There is no worker ${id}`, { hint: 'List them with: rt workers list' });
    }
    const worker = workerDocument(view);
    const sessions = held.filter(({ workerId }) => workerId === view.id).map(sessionDocument);
    if (!this.jsonEnabled()) {
      this.output.line(renderRecord({ ...worker, sessions: sessions.map((session) => session.id) }));
    }
    return { schema: 'rt.worker/v1', worker, sessions };
  }
}
