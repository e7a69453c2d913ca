import { describe, expect, it } from 'vitest';
import { layOut } from '../../../src/tui/screens/overview-layout.ts';

describe('the layout', () => {
  it('gives away every row and no more, whatever there is to show', () => {
    for (const columns of [60, 80, 109, 110, 200]) {
      for (let rows = 12; rows <= 70; rows += 1) {
        for (const [workers, alerts, sessions] of [
          [0, 0, 0],
          [1, 1, 900],
          [50, 50, 50],
          [50, 50, 1],
          [3, 90, 2],
        ] as const) {
          const layout = layOut({ columns, rows, workers, alerts, sessions });
          const beside = layout.isWide ? 0 : layout.alertRows + 1;
          const parts = layout.isWide ? 3 : 4;
          const fixed = 6 + layout.gap * parts;
          expect(fixed + beside + layout.workerRows + layout.sessionRows).toBe(rows);
          expect(Math.min(layout.workerRows, layout.alertRows, layout.sessionRows)).toBeGreaterThan(0);
        }
      }
    }
  });
});
