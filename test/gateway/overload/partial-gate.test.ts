import { describe, expect, it } from 'vitest';
import type { OverloadLevel } from '../../../src/gateway/overload/levels.ts';
import { createPartialGate } from '../../../src/gateway/overload/partial-gate.ts';
import type { Warning } from '../../../src/protocol/server-messages.ts';

function open() {
  const overload: { level: OverloadLevel } = { level: 0 };
  const warnings: Warning[] = [];
  const gate = createPartialGate({ overload, onHalved: (warning) => void warnings.push(warning) });
  const passed = (count: number): boolean[] => Array.from({ length: count }, () => gate.passes());
  return { overload, warnings, gate, passed };
}

describe('partials of one session', () => {
  it('[OVL-2] all pass in normal times', () => {
    const { passed, warnings } = open();
    expect(passed(4)).toEqual([true, true, true, true]);
    expect(warnings).toEqual([]);
  });

  it('[OVL-2] pass every second time under load, and the client is told once', () => {
    const { overload, passed, warnings } = open();
    overload.level = 1;
    expect(passed(5)).toEqual([true, false, true, false, true]);
    expect(warnings).toEqual([expect.objectContaining({ code: 'degraded', partials: 'half' })]);
  });

  it('[OVL-2] begin each utterance with one that passes', () => {
    const { overload, gate, passed } = open();
    overload.level = 2;
    expect(passed(1)).toEqual([true]);
    gate.startAgain();
    expect(passed(2)).toEqual([true, false]);
  });

  it('[OVL-2] all pass again when the load is gone', () => {
    const { overload, passed } = open();
    overload.level = 1;
    passed(3);
    overload.level = 0;
    expect(passed(3)).toEqual([true, true, true]);
  });
});
