import type { Asked } from '../../app/wish-workers.ts';
import type { Examples } from '../../cli/base-command.ts';
import { sessionsText } from '../../cli/count-text.ts';
import { WishCommand } from '../../cli/wish-command.ts';

export default class WorkersCordon extends WishCommand {
  static override summary: string = 'Give workers no new sessions; those they hold go on.';
  static override description: string =
    'Holds from this moment on and until it is taken back, also when a process of the same id is started again.';
  static override examples: Examples = [
    { description: 'Look at a worker while it gets no more:', command: 'rt workers cordon w1' },
    { description: 'Give it sessions again:', command: 'rt workers uncordon w1' },
    { description: 'What would change:', command: 'rt workers cordon w1 w2 --dry-run' },
  ];

  protected override readonly wish = 'cordon';
  protected override readonly deed = 'Cordoning a worker';
  protected override readonly undoneBy = 'rt workers uncordon';

  protected override outcomeText({ worker: { id, activeSessions, wish }, outcome }: Asked): string {
    switch (outcome) {
      case 'asked':
        return `${id}: cordoned, ${sessionsText(activeSessions)} on it`;
      case 'would_ask':
        return `${id}: would be cordoned, ${sessionsText(activeSessions)} on it`;
      case 'offline':
        return `${id}: is offline, so there is nothing to cordon`;
      default:
        return wish === 'cordon'
          ? `${id}: is cordoned already`
          : `${id}: drains, and takes no session anyway`;
    }
  }
}
