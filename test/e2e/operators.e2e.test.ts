/** What operators do to a cluster of beacon workers under calls: nobody on the line may lose a word by it. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hasRedis, type RedisServer, startRedis } from '../support/redis.ts';
import {
  type Finished,
  type RtProcess,
  type RtServer,
  runRt,
  startRt,
  startRtServer,
} from '../support/rt-process.ts';
import type { Told } from '../support/stream-client.ts';

interface Held {
  readonly sessions: readonly { readonly id: string; readonly worker_id: string }[];
}

describe.skipIf(!hasRedis)('an operator', () => {
  const folder = mkdtempSync(join(tmpdir(), 'rt-operators-'));
  const clip = join(folder, 'clip.wav');
  const workers = new Map<string, RtServer>();
  let redis: RedisServer;
  let gateway: RtServer;
  let environment: Record<string, string>;

  const rt = (...args: string[]): Promise<Finished> => runRt(args, environment);
  const document = async (...args: string[]): Promise<Record<string, unknown>> =>
    JSON.parse((await rt(...args, '--json')).stdout) as Record<string, unknown>;
  const startWorker = async (id: string): Promise<void> => {
    const args = ['worker', '--engine', 'beacon', '--listen', '127.0.0.1:0', '--capacity', '8'];
    workers.set(id, await startRtServer([...args, '--id', id, '--heartbeat', '500ms'], environment));
  };
  const call = (pace = 'realtime'): RtProcess =>
    startRt(['stream', clip, '--format', 'jsonl', '--fail-on-loss', '--pace', pace], environment);
  const isSpeaking = ({ stdout }: RtProcess): boolean => stdout().includes('transcript.final');
  const held = async (): Promise<Held['sessions']> => {
    const answer = await fetch(`${gateway.ready.http}/v1/realtime/sessions`);
    return ((await answer.json()) as Held).sessions;
  };
  const toldTo = async (caller: RtProcess): Promise<readonly Told[]> => {
    const { code, stdout, stderr } = await caller.finished;
    expect(code, stderr).toBe(0);
    return stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Told);
  };

  beforeAll(async () => {
    redis = await startRedis();
    environment = { RT_REDIS: redis.url, RT_PREFIX: redis.prefix() };
    await rt('chaos', 'audio', '--seed', '3', '--duration', '9s', '--out', clip);
    gateway = await startRtServer(['gateway', '--listen', '127.0.0.1:0', '--allow-unpaced'], environment);
    environment = { ...environment, RT_GATEWAY: gateway.ready.url };
    await Promise.all(['w1', 'w2'].map(startWorker));
  }, 30_000);
  afterAll(async () => {
    for (const server of [gateway, ...workers.values()]) server.kill('SIGKILL');
    await redis.stop();
    rmSync(folder, { recursive: true });
  });

  it('[CTL-4] [CTL-13] [FLO-12] drains a worker under four calls, which lose nothing and hear nothing of it', async () => {
    const callers = Array.from({ length: 4 }, () => call());
    await Promise.all(callers.map((caller) => caller.until(isSpeaking)));
    expect(await held()).toHaveLength(4);
    const on = (await held())[0]?.worker_id ?? '';
    const drained = await rt('workers', 'drain', on, '--wait', '--timeout', '20s');
    expect(drained).toMatchObject({ code: 0, stdout: expect.stringMatching(`^${on}: asked to drain, with`) });
    expect(drained.stdout).toContain(`${on}: has left`);
    expect(drained.stderr).toMatch(new RegExp(`${on}: \\d sessions? left`));
    expect(await workers.get(on)?.finished).toMatchObject({ code: 0 });
    for (const told of await Promise.all(callers.map(toldTo))) {
      expect(told.filter(({ type }) => type === 'warning' || type === 'goaway')).toEqual([]);
      expect(told.at(-1)).toMatchObject({ type: 'summary', resumes: 0, complete: true, seq_holes: 0 });
    }
    await startWorker(on);
    expect((await document('workers', 'show', on))['worker']).toMatchObject({
      wish: 'none',
      status: 'ready',
    });
  }, 40_000);

  it('[CTL-2] [CTL-11] cordons a worker and takes it back', async () => {
    const wrong = await rt('workers', 'cordon', 'w1', 'w22');
    expect(wrong.code).toBe(13);
    expect(wrong.stderr).toContain('There is no worker w22; nothing was changed\nDid you mean w2?');
    expect((await rt('workers', 'cordon', 'w1', 'w2', '--dry-run')).stdout).toContain(
      'w1: would be cordoned',
    );
    expect((await document('workers', 'show', 'w1'))['worker']).toMatchObject({ wish: 'none' });
    const { stdout, stderr } = await rt('workers', 'cordon', 'w1', 'w2');
    expect(stdout).toBe('w1: cordoned, 0 sessions on it\nw2: cordoned, 0 sessions on it\n');
    expect(stderr).toContain('Undo it with: rt workers uncordon w1 w2');
    expect((await rt('workers', 'list')).stdout).toMatch(/^w1 +CORDON +0\/8 /m);
    expect((await rt('top', '--once')).stdout).toMatch(/^w1 +CORDON +0\/8 /m);
    expect((await call('max').finished).code).toBe(6);
    expect(await document('workers', 'uncordon', 'w1', 'w2')).toMatchObject({
      schema: 'rt.workers-wish/v1',
      workers: [
        { id: 'w1', outcome: 'asked', wish_before: 'cordon' },
        { id: 'w2', outcome: 'asked' },
      ],
    });
    expect((await call('max').finished).code).toBe(0);
  }, 30_000);

  it('[CTL-8] [CTL-12] [CTL-14] ends a call, whose client gets everything, and exports it before and after', async () => {
    const caller = startRt(['stream', clip, '--format', 'jsonl'], environment);
    await caller.until(isSpeaking);
    const [{ id } = { id: '' }] = await held();
    const live = await rt('sessions', 'export', id);
    expect(live.stderr).toContain('The session runs; this is what it has said so far.');
    expect(await rt('sessions', 'end', id)).toMatchObject({
      code: 14,
      stderr: expect.stringContaining(`Not confirmed: 1 session would be ended (${id})`),
    });
    expect((await rt('sessions', 'end', id, '--dry-run')).stdout).toContain(`${id}: would be ended`);
    const ended = await rt('sessions', 'end', id, '--yes');
    expect(ended).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(`^${id}: ended \\(ended_by_operator\\)`),
    });
    const told = (await caller.finished).stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Told);
    expect(told.filter(({ type }) => type === 'warning')).toMatchObject([{ code: 'ended_by_operator' }]);
    const end = told.find(({ type }) => type === 'session.end');
    const whole = await document('sessions', 'export', id);
    expect(whole).toMatchObject({ status: 'ended', text: end?.['transcript'], segments: end?.['segments'] });
    expect(String(end?.['transcript'])).toContain(live.stdout.split('\n')[0]);
    const file = join(folder, 'call.srt');
    expect((await rt('sessions', 'export', id, '-o', file)).stdout).toContain(file);
    expect(readFileSync(file, 'utf8')).toMatch(/^1\n00:00:\d\d,\d{3} --> /);
    expect((await rt('sessions', 'end', id, '--yes')).stdout).toContain(`${id}: ended (ended_by_operator)`);
  }, 30_000);

  it('[CTL-6] [CTL-12] forgets a worker that is gone, and drains one that lives only when told twice', async () => {
    workers.get('w1')?.kill('SIGKILL');
    const refused = await rt('workers', 'remove', 'w2');
    expect(refused.code).toBe(14);
    expect(refused.stderr).toContain('Not confirmed: w2 (0 sessions) lives and would be drained first');
    const removed = await rt('workers', 'remove', 'w1', 'w2', '--yes');
    expect(removed).toMatchObject({ code: 0, stdout: 'w1: forgotten\nw2: forgotten\n' });
    expect((await workers.get('w2')?.finished)?.code).toBe(0);
    expect(await document('workers', 'list')).toMatchObject({ workers: [] });
  }, 30_000);
});
