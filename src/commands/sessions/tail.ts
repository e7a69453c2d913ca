import { Args, type Interfaces } from '@oclif/core';
import type { FollowedEvent } from '../../app/follow-session.ts';
import { isSessionId } from '../../base/ids.ts';
import { RtError } from '../../base/errors.ts';
import { BaseCommand, type Examples } from '../../cli/base-command.ts';
import { withCluster } from '../../cli/cluster.ts';
import { withDeadline } from '../../cli/deadline.ts';
import { createLiveView } from '../../cli/live-view.ts';
import { abortOnStopSignal } from '../../cli/signals.ts';
import { gatewaySection } from '../../config/settings/gateway.ts';

export default class SessionsTail extends BaseCommand {
  static override summary: string = 'Follow what is said in a session.';
  static override description: string =
    'Prints every final from the beginning and follows until the session ends. Text that may still change is shown on a terminal only.';
  static override examples: Examples = [
    { description: 'Read along:', command: 'rt sessions tail sess_4f2a90b1c3d7' },
    { description: 'Every event as a JSON line:', command: 'rt sessions tail sess_4f2a90b1c3d7 --json' },
    {
      description: 'Keep the words of a running call:',
      command: 'rt sessions tail sess_4f2a90b1c3d7 > call.txt',
    },
  ];
  static override args: Interfaces.ArgInput = {
    session: Args.string({ description: 'Id of the session.', required: true, ignoreStdin: true }),
  };

  override async run(): Promise<void> {
    const id = this.operand;
    const { channelPrefix } = this.settings(gatewaySection);
    const signal = withDeadline(abortOnStopSignal(), this.global.timeoutMs);
    const { followSession } = await import('../../app/follow-session.ts');
    const { showMessage } = await import('../../client/transcript-printer.ts');
    const view = createLiveView({ output: this.output, totalS: undefined, showFinals: true });
    try {
      await withCluster(this.global, async ({ registry: { fleet }, bus }) => {
        const session = isSessionId(id) ? await fleet.session(id) : undefined;
        if (session === undefined) {
          throw new RtError('not_found', `There is no session ${id}`, {
            hint: 'List them with: rt sessions list',
          });
        }
        const onEvent = ({ message, json }: FollowedEvent): void => {
          if (this.jsonEnabled()) this.output.line(json);
          else showMessage(view, message);
        };
        const partials = this.output.isLive && !this.jsonEnabled();
        await followSession({ fleet, bus, session, channelPrefix, partials, signal, onEvent });
      });
    } finally {
      view.close();
    }
  }
}
