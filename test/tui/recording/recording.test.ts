import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { SessionView } from '../../../src/registry/ports.ts';
import { createLineDecoder } from '../../../src/tui/recording/decode-recording.ts';
import { openRecording } from '../../../src/tui/recording/read-recording.ts';
import { openRecorder, type Recorder } from '../../../src/tui/recording/recorder.ts';
import type { Recorded } from '../../../src/tui/recording/recording.ts';
import { recordingWithoutText } from '../../../src/tui/recording/recording-without-text.ts';
import { createFakeClock, type FakeClock } from '../../support/fake-clock.ts';
import { sessionInfo, workerView } from '../../support/fleet.ts';
import { durable, final, partial } from '../live-text/heard.ts';
import { DATE, eventOf, sampleOf, sessionsOf, snapshotOf } from '../watched-fleet.ts';
import { FAILOVER } from './replayed.ts';

let folder: string;
let path: string;
let clock: FakeClock;
let faults: string[];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'rt-recording-'));
  path = join(folder, 'a.jsonl');
  clock = createFakeClock();
  faults = [];
});
afterEach(() => rmSync(folder, { recursive: true }));

const HEADER = { at: DATE, version: '1.2.3', target: 'redis://h:1/0', hasText: true };

function open(file: string = path): Promise<Recorder> {
  return openRecorder({ path: file, header: HEADER, clock, onFault: (reason) => faults.push(reason) });
}

async function read(
  file: string = path,
): Promise<{ facts: readonly Recorded[]; notice: string; isWhole: boolean }> {
  const facts: Recorded[] = [];
  for await (const entry of (await openRecording(file)).entries) {
    if ('type' in entry) return { facts, notice: entry.notice, isWhole: entry.isWhole };
    facts.push(entry);
  }
  throw new Error('a recording ends with its reason');
}

const when = { atMs: 0, date: DATE };
const RECORD: SessionView = {
  ...sessionInfo(1, { resume: 'sum of a token', room: 'standup' }),
  workerId: workerView('w-1').id,
  status: 'active',
  startedAt: DATE.toISOString(),
  audioDuration: 3,
  committed: 16_000,
  failovers: 1,
};

describe('a recording', () => {
  it('[TOP-50] gives back what was learnt, when it was learnt', async () => {
    const recorder = await open();
    recorder.note({ type: 'sampled', sample: sampleOf() });
    await clock.advance(1000);
    const second = sampleOf({
      workers: [workerView('w-1', { capacity: 9 }), workerView('__proto__')],
      snapshot: new Map([...snapshotOf(sessionsOf(2)), ['gateway:odd', 'no json'], ['worker:w-2', 'null']]),
    });
    recorder.note({ type: 'sampled', sample: second });
    await clock.advance(500);
    for (const event of [
      final(1, { words: [{ word: 'a', startS: 1 }] }),
      partial('x'),
      durable(2, 'warning'),
    ]) {
      recorder.hear(event);
    }
    recorder.hear({ type: 'limited', reason: 'no' });
    recorder.note({ type: 'failed', atMs: 0, reason: 'away' });
    recorder.note({ type: 'happened', event: eventOf('reject', { reason: 'no_capacity' }), ...when });
    recorder.note({ type: 'looked-up', id: RECORD.id, record: RECORD });
    recorder.note({ type: 'looked-up', id: RECORD.id, record: RECORD });
    recorder.note({ type: 'looked-up', id: RECORD.id, record: undefined });
    recorder.note({ type: 'following', followed: 'all', ...when });
    await recorder.close();
    const { resume: _, ...shown } = RECORD;
    const first = sampleOf();
    expect(await read()).toEqual({
      facts: [
        {
          tMs: 0,
          fact: { type: 'sample', readMs: first.readMs, workers: first.workers, snapshot: first.snapshot },
        },
        {
          tMs: 1000,
          fact: { type: 'sample', readMs: second.readMs, workers: second.workers, snapshot: second.snapshot },
        },
        { tMs: 1500, fact: { type: 'text', event: final(1, { words: [{ word: 'a', startS: 1 }] }) } },
        { tMs: 1500, fact: { type: 'text', event: partial('x') } },
        { tMs: 1500, fact: { type: 'text', event: durable(2, 'warning') } },
        { tMs: 1500, fact: { type: 'text', event: { type: 'limited', reason: 'no' } } },
        { tMs: 1500, fact: { type: 'outage', reason: 'away' } },
        { tMs: 1500, fact: { type: 'event', event: eventOf('reject', { reason: 'no_capacity' }) } },
        { tMs: 1500, fact: { type: 'session', id: RECORD.id, record: shown } },
        { tMs: 1500, fact: { type: 'session', id: RECORD.id, record: undefined } },
        { tMs: 1500, fact: { type: 'end' } },
      ],
      notice: `The recording ${path} ends here.`,
      isWhole: true,
    });
    expect((await openRecording(path)).header).toEqual(HEADER);
  });

  it('writes of a look only what changed', async () => {
    const recorder = await open();
    recorder.note({ type: 'sampled', sample: sampleOf() });
    recorder.note({ type: 'sampled', sample: sampleOf() });
    await recorder.close();
    const lines = readFileSync(path, 'utf8').split('\n');
    expect(JSON.parse(lines[2] ?? '')).toEqual({ t_ms: 0, type: 'sample', read_ms: 0.94 });
  });

  it('[TOP-51] is a new file that only its writer may read', async () => {
    await (await open()).close();
    expect(statSync(path).mode & 0o777).toBe(0o600);
    await expect(open()).rejects.toMatchObject({
      code: 'config_invalid',
      message: `${path} is there already`,
    });
    const elsewhere = join(folder, 'no', 'such', 'folder');
    await expect(open(elsewhere)).rejects.toThrow(/Cannot write .*ENOENT/);
    expect(existsSync(elsewhere)).toBe(false);
  });

  it('[TOP-52] stops when the disk does not keep up, says so once, and goes on doing nothing', async () => {
    const slow = await open();
    const huge = final(1, { text: 'x'.repeat(17 * 1024 * 1024) });
    slow.hear(huge);
    slow.hear(final(2));
    await slow.close();
    expect(faults).toEqual([expect.stringContaining('the disk does not keep up')]);
  });
});

describe('a recording that is not whole', () => {
  async function damaged(change: (lines: string[]) => string): Promise<Awaited<ReturnType<typeof read>>> {
    writeFileSync(path, change(readFileSync(FAILOVER, 'utf8').trimEnd().split('\n')));
    return read();
  }

  it('[TOP-56] is shown up to where it was cut off', async () => {
    const inLine = await damaged(
      (lines) => `${lines.slice(0, 9).join('\n')}\n${lines[9]?.slice(0, 30) ?? ''}`,
    );
    expect(inLine).toMatchObject({ isWhole: false, notice: expect.stringContaining('cut off in line 10') });
    expect(inLine.facts).toHaveLength(8);
    const between = await damaged((lines) => lines.slice(0, 9).join('\n'));
    expect(between).toMatchObject({
      isWhole: false,
      notice: expect.stringContaining('cut off behind line 9'),
    });
  });

  it.each([
    ['no json', 'is no JSON object'],
    ['[]', 'is no JSON object'],
    ['{"type":"end"}', 'does not say when it was'],
    ['{"t_ms":0,"type":"end"}', 'was before the line above'],
    ['{"t_ms":1e9,"type":"sample","workers":[]}', 'holds no tables'],
    ['{"t_ms":1e9,"type":"sample","workers":{"w":{"id":"w"}}}', 'holds a worker that is none'],
    ['{"t_ms":1e9,"type":"event","event":{}}', 'holds no event'],
    ['{"t_ms":1e9,"type":"text","event":{"type":"final","text":"x"}}', 'holds no text'],
    ['{"t_ms":1e9,"type":"session","record":{"id":1}}', 'holds no session'],
  ])('[TOP-56] stops at %s and says which line %s', async (line, what) => {
    const { notice, facts } = await damaged((lines) => lines.toSpliced(30, 0, line).join('\n'));
    expect(notice).toContain(`line 31 of ${path}`);
    expect(notice).toContain(what);
    expect(facts).toHaveLength(29);
  });

  it('[TOP-50] skips lines of types it does not know', async () => {
    const whole = await damaged((lines) => lines.join('\n'));
    const more = await damaged((lines) => lines.toSpliced(1, 0, '{"t_ms":0,"type":"smell"}').join('\n'));
    expect(more).toMatchObject({ isWhole: true });
    expect(more.facts).toEqual(whole.facts);
  });

  it.each([
    ['', 'it is empty'],
    ['RIFF', 'line 1 is not the header of a recording'],
    [
      '{"schema":"rt.top-recording/v2"}',
      'line 1 is of "rt.top-recording/v2"; this program reads rt.top-recording/v1',
    ],
    ['{"schema":"rt.top-recording/v1","at":"x"}', 'line 1 does not say when the recording began'],
  ])('[TOP-56] refuses a file that begins with %j', async (text, why) => {
    writeFileSync(path, text);
    await expect(openRecording(path)).rejects.toMatchObject({
      code: 'config_invalid',
      message: `Cannot replay ${path}: ${why}`,
    });
  });

  it('[TOP-56] refuses a file that is not there, or may not be read', async () => {
    await expect(openRecording(join(folder, 'no'))).rejects.toThrow(/Cannot replay .*ENOENT/);
    await expect(openRecording(folder)).rejects.toThrow(/Cannot replay .*EISDIR/);
  });

  it('never throws, whatever a line holds', () => {
    const json = fc.oneof(
      fc.string(),
      fc.json(),
      fc.object().map((value) => JSON.stringify({ t_ms: 1, type: 'sample', ...value })),
    );
    fc.assert(fc.property(fc.array(json), (lines) => void lines.map(createLineDecoder())));
  });
});

describe('a recording for whoever may not read along', () => {
  it('[TOP-47] holds no text, and everything else', async () => {
    const words: string[] = [];
    const types = new Set<string>();
    for await (const entry of recordingWithoutText(await openRecording(FAILOVER)).entries) {
      if ('type' in entry) continue;
      types.add(entry.fact.type);
      words.push(
        ...(JSON.stringify(entry.fact, (_, value: unknown) =>
          value instanceof Map ? [...value] : value,
        ).match(/9 10 11 12/g) ?? []),
      );
    }
    expect(words).toEqual([]);
    expect([...types].sort()).toEqual(['end', 'event', 'sample', 'session', 'text']);
    expect(readFileSync(FAILOVER, 'utf8')).toContain('9 10 11 12');
  });
});
