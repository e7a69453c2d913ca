import { Args, type Interfaces } from '@oclif/core';
import { awaitEnds, END_REASON, findSessions } from '../../app/end-sessions.ts';
import { systemClock } from '../../base/clock.ts';
import { safeText } from '../../base/terminal-text.ts';
import { BaseCommand, type Examples } from '../../cli/base-command.ts';
import { clockText } from '../../cli/clock-text.ts';
import { withCluster } from '../../cli/cluster.ts';
import { confirm } from '../../cli/confirm.ts';
import { sessionsText } from '../../cli/count-text.ts';
import { flagsOf } from '../../cli/flags.ts';
import { abortOnStopSignal } from '../../cli/signals.ts';
import { confirmedSection } from '../../config/settings/control.ts';
import { sessionDocument } from '../../registry/fleet-documents.ts';
import type { SessionView } from '../../registry/ports.ts';

/** A gateway hears of it within 5 s; one that died loses its sessions after 15. */
const DEFAULT_TIMEOUT_MS = 30_000;

export default class SessionsEnd extends BaseCommand {
  static override summary: string = 'End sessions in order.';
  static override description: string =
    'As if the client had said end: what was said is decoded to its end, the client gets the warning ended_by_operator, ' +
    'its last finals and session.end, and is closed with 1000. Takes up to 5 s, and waits for it (--timeout, 30s without it).';
  static override examples: Examples = [
    { description: 'End a session, asked on the terminal:', command: 'rt sessions end sess_4f2a90b1c3d7' },
    { description: 'In a script:', command: 'rt sessions end sess_4f2a90b1c3d7 --yes --json' },
    {
      description: 'Everything on one worker:',
      command: "rt workers show w1 --json | jq -r '.sessions[].id' | xargs rt sessions end --yes",
    },
  ];
  static override args: Interfaces.ArgInput = {
    session: Args.string({ description: 'Ids of sessions.', required: true, ignoreStdin: true }),
  };
  static override strict = false;
  static override flags: Interfaces.FlagInput = flagsOf(confirmedSection);

  override async run(): Promise<unknown> {
    const { yes, dryRun } = this.settings(confirmedSection);
    if (!dryRun) this.refuseIfReadOnly('Ending a session');
    const signal = abortOnStopSignal();
    return withCluster(this.global, async ({ registry: { fleet, control } }) => {
      const sessions = await findSessions(fleet, this.operands);
      const running = sessions.filter(({ status }) => status === 'active');
      if (dryRun) return this.conclude(sessions, dryRun);
      const what = `${sessionsText(running.length)} would be ended (${running.map(({ id }) => id).join(', ')})`;
      if (running.length > 0) await confirm({ what, isGiven: yes, signal });
      for (const { id } of running) await control.endSession(id, END_REASON);
      if (running.length > 0) this.output.note('Asked; gateways hear of it within 5 s');
      const timeoutMs = this.global.timeoutMs ?? DEFAULT_TIMEOUT_MS;
      const ended = await awaitEnds({ fleet, sessions, timeoutMs, clock: systemClock, signal });
      return this.conclude(ended, dryRun);
    });
  }

  private conclude(sessions: readonly SessionView[], dryRun: boolean): unknown {
    if (!this.jsonEnabled()) for (const session of sessions) this.output.line(safeText(textOf(session)));
    return { schema: 'rt.sessions-end/v1', dry_run: dryRun, sessions: sessions.map(sessionDocument) };
  }
}

function textOf({ id, status, audioDuration, endReason }: SessionView): string {
  const audio = `${clockText(audioDuration)} of audio`;
  return status === 'active'
    ? `${id}: would be ended, after ${audio}`
    : `${id}: ${status === 'ended' ? 'ended' : 'ended by a fault'} (${endReason ?? 'unknown'}), ${audio}`;
}
