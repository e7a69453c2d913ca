import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { RtError } from '../../../src/base/errors.ts';
import { createUi, type Notice, type Ui, withChoice, withOpened } from '../../../src/tui/choice/ui.ts';
import type { Effect } from '../../../src/tui/effects/effect.ts';
import { type EffectPorts, performEffect } from '../../../src/tui/effects/perform-effect.ts';
import { writeNewJson } from '../../../src/tui/export/write-new-json.ts';
import { viewOf } from '../../../src/tui/state/view.ts';
import { DATE, eventfulState } from '../watched-fleet.ts';

const folder = mkdtempSync(join(tmpdir(), 'rt-export-'));
const view = viewOf(eventfulState(), 0);

afterAll(() => rmSync(folder, { recursive: true }));

function perform(effect: Effect, ui: Ui, changes: Partial<EffectPorts> = {}): Promise<Notice | undefined> {
  const refuse = (): never => {
    throw new Error('not asked for');
  };
  const ports: EffectPorts = {
    quit: refuse,
    suspend: refuse,
    copy: refuse,
    lookEvery: refuse,
    writeJson: (name, document) => writeNewJson({ folder, name, document, date: DATE }),
    saveSubtitles: refuse,
    actions: undefined,
    now: () => DATE,
    ...changes,
  };
  return performEffect(effect, { ui, view }, ports);
}

async function exported(
  ui: Ui,
): Promise<{ readonly path: string; readonly document: Record<string, unknown> }> {
  const notice = await perform({ type: 'export' }, ui);
  const path = notice?.text.replace(/^wrote /, '') ?? '';
  return { path, document: JSON.parse(readFileSync(path, 'utf8')) };
}

describe('an export', () => {
  it('[TOP-24] holds every row that matches, in the order shown, with what was asked for', async () => {
    const sort = { by: 'lag', isReversed: false };
    const { document } = await exported(withChoice(createUi({ view: 'sessions' }), { filter: 'w-1', sort }));
    expect(document).toMatchObject({
      schema: 'rt.top-view/v1',
      at: DATE.toISOString(),
      screen: 'sessions',
      about: null,
      filter: 'w-1',
      sort,
    });
    const rows = document['rows'] as readonly Record<string, unknown>[];
    expect(rows).toHaveLength(6);
    expect(rows[0]).toMatchObject({ worker_id: 'w-1', lag_s: 4.2 });
  });

  it.each([
    ['workers', 4],
    ['events', 42],
    ['rooms', 0],
  ] as const)('[TOP-24] of %s has %i rows', async (name, rows) => {
    expect((await exported(createUi({ view: name }))).document['rows']).toHaveLength(rows);
  });

  it('[TOP-24] of a worker holds its sessions', async () => {
    const { document } = await exported(withOpened(createUi(), { kind: 'worker', id: 'w-2' }));
    expect(document).toMatchObject({ screen: 'worker', about: 'w-2' });
    expect(document['rows']).toHaveLength(5);
  });

  it('[TOP-24] never takes the place of a file', async () => {
    const first = await exported(createUi({ view: 'workers' }));
    const second = await exported(createUi({ view: 'workers' }));
    expect(second.path).not.toBe(first.path);
    expect(readFileSync(first.path, 'utf8')).not.toBe('');
  });

  it('[TOP-15] leaves hidden texts out', async () => {
    const { path } = await exported(createUi({ view: 'sessions', isTextHidden: true }));
    expect(readFileSync(path, 'utf8')).not.toContain('friday');
  });

  it('[TOP-24] that cannot be written says why', async () => {
    const writeJson = (): Promise<string> => Promise.reject(new Error('EACCES: permission denied'));
    const notice = await perform({ type: 'export' }, createUi(), { writeJson });
    expect(notice).toEqual({ text: 'EACCES: permission denied', tone: 'warn' });
  });
});

describe('an act', () => {
  it('[TOP-23] tells what the registry answers, a refusal as a warning', async () => {
    const answer = async (id: string): Promise<string> => `${id} it is`;
    const actions = { drain: answer, cordon: answer, uncordon: answer, end: answer };
    const drain: Effect = { type: 'act', verb: 'drain', id: 'w-1' };
    expect(await perform(drain, createUi(), { actions })).toEqual({ text: 'w-1 it is', tone: 'plain' });
    const refuse = () => Promise.reject(new RtError('registry_unavailable', 'Redis does not answer'));
    expect(await perform(drain, createUi(), { actions: { ...actions, drain: refuse } })).toEqual({
      text: 'Redis does not answer',
      tone: 'warn',
    });
    expect((await perform(drain, createUi()))?.text).toContain('nothing was changed');
  });
});
