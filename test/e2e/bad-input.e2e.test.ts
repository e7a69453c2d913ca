/**
 * Whatever is sent to the ports of a gateway and a worker, and whatever is given to `rt stream`: a clear
 * answer, and everybody else goes on.
 */
import { execFile, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { STREAM_PATH } from '../../src/protocol/version.ts';
import { maskedFrame, openRawSocket } from '../support/raw-socket.ts';
import { hasRedis, type RedisServer, startRedis } from '../support/redis.ts';
import { type Finished, type RtServer, runRt, startRt, startRtServer } from '../support/rt-process.ts';
import { connectStream, type TestClient } from '../support/stream-client.ts';

const CLIP = resolve('fixtures/audio/digits.wav');
const SAID = /five six seven eight nine zero$/;
const FIRST_MESSAGE = maskedFrame(0x81, Buffer.from('{"session_id":"sess_0000000000ff"}'));

describe.skipIf(!hasRedis)('bad input', () => {
  let redis: RedisServer;
  let gateway: RtServer;
  let worker: RtServer;
  let environment: Record<string, string>;
  let folder: string;
  let clip: Buffer;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'rt-bad-input-'));
    clip = readFileSync(CLIP).subarray(44);
    redis = await startRedis();
    environment = { RT_REDIS: redis.url, RT_PREFIX: redis.prefix() };
    const listen = ['--listen', '127.0.0.1:0'];
    [gateway, worker] = await Promise.all([
      startRtServer(['gateway', ...listen], environment),
      startRtServer(['worker', ...listen, '--capacity', '8'], environment),
    ]);
    environment = { ...environment, RT_GATEWAY: gateway.ready.url };
  });
  afterAll(async () => {
    gateway.kill('SIGKILL');
    worker.kill('SIGKILL');
    await redis.stop();
    rmSync(folder, { recursive: true });
  });

  const connect = (query?: Readonly<Record<string, string>>): Promise<TestClient> =>
    connectStream(gateway.ready.url, query);
  const begin = async (query?: Readonly<Record<string, string>>): Promise<TestClient> => {
    const client = await connect(query);
    await client.heard('session.begin');
    return client;
  };
  const activeSessions = async (): Promise<number> => {
    const status = await fetch(`${gateway.ready.http}/v1/realtime/status`);
    return ((await status.json()) as { active_sessions: number }).active_sessions;
  };
  const portOf = (server: RtServer): number => Number(new URL(server.ready.http).port);

  describe('on the wire', () => {
    const FRAMES: readonly (readonly [string, string, number])[] = [
      ['text that is not UTF-8', maskedFrame(0x81, Buffer.from('7b22ff22', 'hex')), 1007],
      ['a reserved bit', maskedFrame(0xc2, Buffer.alloc(4)), 1002],
      ['an unmasked frame', '8204 00000000', 1002],
      ['an unknown opcode', maskedFrame(0x83, Buffer.alloc(1)), 1002],
      ['a continuation of nothing', maskedFrame(0x80, Buffer.alloc(1)), 1002],
      ['a close code nobody may send', maskedFrame(0x88, Buffer.from('03ed', 'hex')), 1002],
      ['the header of 2^62 bytes', '82ff 4000000000000000 00000000', 1009],
      [
        '17 fragments',
        maskedFrame(0x02, Buffer.alloc(1)) + maskedFrame(0x00, Buffer.alloc(1)).repeat(17),
        1008,
      ],
    ];

    it('[SES-57] [SES-35] broken frames on either port end their connection and reach no other session', async () => {
      const bystander = await begin();
      bystander.send(clip.subarray(0, 64_000));
      for (const [title, hex, code] of FRAMES) {
        for (const [server, path] of [
          [gateway, STREAM_PATH],
          [worker, '/session'],
        ] as const) {
          const raw = await openRawSocket(portOf(server), { path });
          if (server === worker) raw.sendHex(FIRST_MESSAGE);
          raw.sendHex(hex);
          expect([title, path, (await raw.closeFrame()).code]).toEqual([title, path, code]);
          raw.tcp.destroy();
        }
      }
      for (const server of [gateway, worker]) {
        const raw = await openRawSocket(portOf(server), { path: '/nowhere' });
        expect(raw.head).toContain('404');
      }
      bystander.send(clip.subarray(64_000, 128_000));
      bystander.send(clip.subarray(128_000));
      bystander.send({ type: 'end' });
      expect(await bystander.closed).toMatchObject({ code: 1000 });
      expect(bystander.told.at(-1)?.['transcript']).toMatch(SAID);
      for (const { ready } of [gateway, worker])
        expect((await fetch(`${ready.http}/healthz`)).status).toBe(200);
      await expect.poll(activeSessions, { timeout: 2000 }).toBe(0);
    });

    it.each([
      [{ sample_rate: 'banana' }, 'sample_rate'],
      [{ speling: '1' }, 'speling'],
      [{ language: '\u001b[31mred' }, 'language'],
    ])('[SES-8] a wrong parameter is named, without what could move a cursor: %o', async (query, name) => {
      const client = await connect(query);
      expect(await client.closed).toMatchObject({ code: 4400 });
      expect(client.told).toMatchObject([{ code: 'invalid_parameters', retry: 'never' }]);
      expect(client.told[0]?.['message']).toContain(name);
      expect(client.told[0]?.['message']).not.toMatch(/\p{Cc}/u);
    });

    it('[SES-13] a file in place of samples is told by its name and what to do', async () => {
      const client = await begin();
      client.send(readFileSync(CLIP).subarray(0, 3200));
      expect(await client.closed).toMatchObject({ code: 1003 });
      expect(client.told.at(-1)).toMatchObject({
        code: 'invalid_audio',
        retry: 'never',
        message: expect.stringMatching(/wav/i),
      });
    });

    it('[SES-10] [SES-14] frames of one byte and JSON sent as audio do no harm', async () => {
      const client = await begin();
      for (let at = 0; at < 3200; at++) client.send(clip.subarray(at, at + 1));
      client.send(new Uint8Array(0));
      client.send(Buffer.from('{"type":"end"}'));
      client.send({ type: 'end' });
      expect(await client.closed).toMatchObject({ code: 1000 });
      expect(client.told.at(-1)).toMatchObject({ total_duration: 0.100438 });
    });

    it('[SES-5] [SES-6] [SES-7] nonsense is answered, ends too often are not, and a flush may come first', async () => {
      const client = await begin();
      client.send({ type: 'flush' });
      client.send('aGVsbG8gYmFzZTY0');
      client.send('['.repeat(10_000));
      client.send('{"type":"config","vad_threshold":NaN}');
      await client.heard('error', 2);
      for (let at = 0; at < clip.length; at += 32_000) client.send(clip.subarray(at, at + 32_000));
      client.send({ type: 'end' });
      client.send({ type: 'end' });
      client.send('after the end');
      expect(await client.closed).toMatchObject({ code: 1000 });
      expect(client.told.filter(({ type }) => type === 'error')).toHaveLength(3);
      expect(client.told.at(-1)?.['transcript']).toMatch(SAID);
    });

    it('[SES-15] 48 kHz that was declared as 16 kHz is noticed while it is spoken', async () => {
      const client = await begin();
      const startMs = performance.now();
      for (let index = 0; client.types().length === 1 && index < 80; index++) {
        client.send(new Uint8Array(9600));
        await new Promise((wake) => setTimeout(wake, startMs + (index + 1) * 100 - performance.now()));
      }
      expect(await client.heard('warning')).toMatchObject({
        code: 'rate_mismatch',
        declared_rate: 16_000,
        observed_rate: 48_000,
      });
      expect(performance.now() - startMs).toBeGreaterThan(4900);
      client.socket.close(1000, '');
    });

    it('[SES-35] a client that is killed holds its slot no longer than two seconds', async () => {
      await expect.poll(activeSessions, { timeout: 3000 }).toBe(0);
      const client = startRt(['stream', CLIP, '--no-resume'], environment);
      await expect.poll(activeSessions, { timeout: 10_000, interval: 20 }).toBe(1);
      client.kill('SIGKILL');
      await expect.poll(activeSessions, { timeout: 2000, interval: 20 }).toBe(0);
    });
  });

  describe('given to rt stream', () => {
    const stream = (file: string, ...args: string[]): Promise<Finished> =>
      runRt(['stream', file, '--pace', '8', '--fail-on-loss', ...args], environment);
    const write = (name: string, bytes: Uint8Array): string => {
      writeFileSync(join(folder, name), bytes);
      return join(folder, name);
    };

    it.each<[string, string, () => Uint8Array]>([
      ['an image', 'picture.png', () => Buffer.from('89504e470d0a1a0a0000000d49484452', 'hex')],
      [
        'an image that calls itself WAV',
        'picture.wav',
        () => Buffer.from('89504e470d0a1a0a0000000d49484452', 'hex'),
      ],
      ['an empty file', 'empty.wav', () => new Uint8Array(0)],
      [
        'an image as raw samples',
        'picture.pcm',
        () => Buffer.concat([Buffer.from('89504e470d0a1a0a', 'hex'), clip]),
      ],
    ])('%s ends with 7 and three lines', async (_title, name, bytes) => {
      const { code, stdout, stderr } = await stream(write(name, bytes()));
      expect({ code, stdout }).toEqual({ code: 7, stdout: '' });
      expect(stderr.trimEnd().split('\n').slice(-3)[2]).toMatch(/^RT7\d{3} · rt errors lookup/);
    });

    it('a WAV that was cut off is streamed as far as it goes', async () => {
      const { code, stdout, stderr } = await stream(
        write('cut.wav', readFileSync(CLIP).subarray(0, 120_001)),
      );
      expect(code).toBe(0);
      expect(stderr).toContain('Warning: the WAV file is cut short');
      expect(stdout).toMatch(/two three\nfour five six/);
    });

    it('[SES-12] raw samples with a byte too many are streamed', async () => {
      const file = write('odd.pcm', clip.subarray(0, clip.length - 1));
      const { code, stdout } = await stream(file);
      expect(code).toBe(0);
      expect(stdout.trimEnd()).toMatch(SAID);
    });

    it.skipIf(spawnSync('ffmpeg', ['-version']).status !== 0)('an MP3 is decoded', async () => {
      const mp3 = join(folder, 'clip.mp3');
      spawnSync('ffmpeg', ['-v', 'error', '-i', CLIP, mp3]);
      const { code, stdout } = await stream(mp3);
      expect(code).toBe(0);
      expect(stdout.trimEnd()).toMatch(/four five six .* eight nine zero$/);
    });

    it('a reader that has seen enough ends it quietly', async () => {
      const command = `"$NODE" "$RT" stream "$CLIP" --pace 8 --format jsonl | head -1; echo "exit \${PIPESTATUS[0]}"`;
      const env = { PATH: process.env['PATH'], NODE: process.execPath, RT: resolve('bin/run.js'), CLIP };
      const { stdout, stderr } = await new Promise<{ stdout: string; stderr: string }>((done) => {
        const options = { env: { ...env, ...environment }, cwd: folder };
        execFile('bash', ['--norc', '-c', command], options, (_error, out, err) =>
          done({ stdout: out, stderr: err }),
        );
      });
      const [event, exit] = stdout.trimEnd().split('\n');
      expect(JSON.parse(event ?? '')).toMatchObject({ type: 'session.begin' });
      expect([exit, stderr]).toEqual(['exit 0', '']);
      await expect.poll(activeSessions, { timeout: 1000 }).toBe(0);
    });
  });
});
