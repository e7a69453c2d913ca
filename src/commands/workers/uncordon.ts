import type { Asked } from '../../app/wish-workers.ts';
import type { Examples } from '../../cli/base-command.ts';
import { WishCommand } from '../../cli/wish-command.ts';

export default class WorkersUncordon extends WishCommand {
  static override summary: string = 'Give workers sessions again.';
  static override description: string =
    'Takes back what rt workers cordon asked for, and rt workers drain as long as the worker has not heard of it.';
  static override examples: Examples = [
    { description: 'After a cordon:', command: 'rt workers uncordon w1' },
    { description: 'Several at once:', command: 'rt workers uncordon w1 w2' },
    { description: 'What would change:', command: 'rt workers uncordon w1 --dry-run' },
  ];

  protected override readonly wish = 'none';
  protected override readonly deed = 'Uncordoning a worker';
  protected override readonly undoneBy = 'rt workers cordon';

  protected override outcomeText({ worker: { id }, outcome }: Asked): string {
    switch (outcome) {
      case 'asked':
        return `${id}: takes sessions again`;
      case 'would_ask':
        return `${id}: would take sessions again`;
      case 'too_late':
        return `${id}: drains already`;
      default:
        return `${id}: is not cordoned`;
    }
  }
}
