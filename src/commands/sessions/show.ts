import { Args, type Interfaces } from '@oclif/core';
import { isSessionId } from '../../base/ids.ts';
import { RtError } from '../../base/errors.ts';
import { BaseCommand, type Examples } from '../../cli/base-command.ts';
import { withCluster } from '../../cli/cluster.ts';
import { renderRecord } from '../../cli/table.ts';

export default class SessionsShow extends BaseCommand {
  static override summary: string = 'Show one session, running or ended.';
  static override examples: Examples = [
    { description: 'Where it runs and how far it is:', command: 'rt sessions show sess_4f2a90b1c3d7' },
    { description: 'The same as JSON:', command: 'rt sessions show sess_4f2a90b1c3d7 --json' },
    {
      description: 'How often it changed its worker:',
      command: 'rt sessions show sess_4f2a90b1c3d7 --json | jq .session.failovers',
    },
  ];
  static override args: Interfaces.ArgInput = {
    session: Args.string({ description: 'Id of the session.', required: true, ignoreStdin: true }),
  };

  override async run(): Promise<unknown> {
    const id = this.operand;
    const { sessionDocument } = await import('../../registry/fleet-documents.ts');
    const view = await withCluster(this.global, ({ registry }) =>
      isSessionId(id) ? registry.fleet.session(id) : Promise.resolve(undefined),
    );
    if (view === undefined) {
      throw new RtError('not_found', `There is no session ${id}`, {
        hint: 'List them with: rt sessions list',
      });
    }
    const session = sessionDocument(view);
    if (!this.jsonEnabled()) this.output.line(renderRecord({ ...session }));
    return { schema: 'rt.session/v1', session };
  }
}
