/** What a worker measures at start, shown by itself. */
import { describe, expect, it, vi } from 'vitest';
import type { CapacityReport } from '../../src/app/capacity-report.ts';
import { runRt } from '../support/rt-process.ts';

vi.setConfig({ testTimeout: 60_000 });

describe('the measurement of the start', () => {
  it('[ENG-107] is shown by `rt worker --explain`, which serves nobody and needs no Redis', async () => {
    const { code, stdout } = await runRt([
      ...['worker', '--explain', '--threads', '1x1', '--redis', 'redis://127.0.0.1:1'],
    ]);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^rt-tiny-en-160ms, 160 ms a step, engine threads x compute threads: 1x1\n/);
    expect(stdout).toMatch(/BATCH +STEP P50 .*SESSIONS A THREAD\n/);
    expect(stdout).toMatch(
      /Layout 1x1 on cpu: [1-9]\d* sessions of rt-tiny-en-160ms, all speaking at once\.\n$/,
    );
  });

  it('[ENG-107] is made by `rt models bench` for any model, and is the same in JSON', async () => {
    const { code, stdout } = await runRt(['models', 'bench', 'rt-tiny-en', '--threads', '2x1', '--json']);
    expect(code).toBe(0);
    const report = JSON.parse(stdout) as CapacityReport;
    expect(report).toMatchObject({ schema: 'rt.capacity/v1', provider: 'cpu', layout: '2x1' });
    const [layout] = report.measured;
    const [model] = layout?.models ?? [];
    expect(layout?.sessions).toBe(report.capacity);
    expect(model?.steps[0]?.batch).toBe(1);
    expect(model?.steps.map(({ batch }) => batch)).toContain(model?.best_batch);
    expect(model?.steps.every(({ step_ms: stepMs, slowest_step_ms: slowestMs }) => stepMs <= slowestMs)).toBe(
      true,
    );
  });

  it.each([
    { threads: '0x1', said: /--threads/ },
    { threads: 'many', said: /ENGINESxTHREADS/ },
  ])('refuses --threads $threads', async ({ threads, said }) => {
    const { code, stderr } = await runRt(['models', 'bench', '--threads', threads]);
    expect(code).toBe(2);
    expect(stderr).toMatch(said);
  });

  it('says that there is no such model', async () => {
    const { code, stderr } = await runRt(['models', 'bench', '/nowhere']);
    expect(code).not.toBe(0);
    expect(stderr).toMatch(/nowhere/);
  });
});
