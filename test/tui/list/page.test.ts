import { describe, expect, it } from 'vitest';
import type { Sort } from '../../../src/tui/choice/list-choice.ts';
import { createUi, type Ui, withChoice } from '../../../src/tui/choice/ui.ts';
import type { SessionReading } from '../../../src/tui/fleet/readings.ts';
import { SESSION_ROWS } from '../../../src/tui/list/listings.ts';
import { filterInForce, type Page, pageOf } from '../../../src/tui/list/page.ts';
import { viewOf } from '../../../src/tui/state/view.ts';
import { busyState } from '../watched-fleet.ts';

const { sessions } = viewOf(busyState(), 0);

function page(
  changes: { sort?: Sort; filter?: string; selected?: string },
  all = sessions,
): Page<SessionReading> {
  const ui = withChoice(createUi({ view: 'sessions' }), changes);
  return pageOf(all, SESSION_ROWS, { ui, pageRows: 5 });
}

describe('the rows of a list', () => {
  it('[TOP-10] are sorted by numbers from the largest down, by texts from a on, and reversed', () => {
    const lags = (sort: Sort): (number | null)[] => page({ sort }).matching.map(({ lagS }) => lagS);
    expect(lags({ by: 'lag', isReversed: false }).slice(0, 3)).toEqual([4.2, 0.4, 0.30000000000000004]);
    expect(lags({ by: 'lag', isReversed: true }).at(-1)).toBe(4.2);
    const workers = page({ sort: { by: 'worker', isReversed: false } }).matching.map(
      ({ workerId }) => workerId,
    );
    expect(workers).toEqual(workers.toSorted());
  });

  it('[TOP-10] keep their own order where they are equal, and those without a value stand last either way', () => {
    const some = sessions.slice(0, 3).map((session, index) => ({ ...session, lagS: index === 0 ? null : 1 }));
    for (const isReversed of [false, true]) {
      const { matching } = page({ sort: { by: 'lag', isReversed } }, some);
      expect(matching.map(({ id }) => id)).toEqual([some[1]!.id, some[2]!.id, some[0]!.id]);
    }
  });

  it('[TOP-5] are those the filter lets through, and how many there are without it is known', () => {
    const { matching, total, shown } = page({ filter: 'worker=w-2' });
    expect(matching).toHaveLength(5);
    expect(total).toBe(11);
    expect(shown.every(({ workerId }) => workerId === 'w-2')).toBe(true);
  });

  it('[TOP-4] each have an id of their own, also a session that two gateways list', () => {
    const twice = [sessions[0]!, { ...sessions[0]!, gatewayId: 'gateway-2' }, sessions[1]!];
    const ids = page({}, twice).list.items.map(({ id }) => id);
    expect(new Set(ids).size).toBe(3);
    expect(page({}, twice).list.items.map(({ about }) => about?.id)).toEqual(twice.map(({ id }) => id));
  });

  it('[TOP-7] are filtered by what is typed while it is typed, as long as it means something', () => {
    const kept = withChoice(createUi({ view: 'sessions' }), { filter: 'w-1' });
    const typing = (text: string): Ui => ({ ...kept, input: { kind: 'filter', text } });
    expect(filterInForce(typing('lag>3'))).toBe('lag>3');
    expect(filterInForce(typing('lag>'))).toBe('w-1');
    expect(filterInForce(typing(''))).toBe('');
    expect(filterInForce(kept)).toBe('w-1');
  });
});
