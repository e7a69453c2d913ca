/** `--provider` of the built worker: what is not there is refused, whatever machine this runs on. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hasRedis, type RedisServer, startRedis } from '../support/redis.ts';
import { runRt, startRtServer } from '../support/rt-process.ts';

/** No GPU for CUDA, and a Vulkan loader that finds no driver, also where there are both. */
const BLIND = {
  CUDA_VISIBLE_DEVICES: '-1',
  VK_DRIVER_FILES: '/nowhere.json',
  VK_ICD_FILENAMES: '/nowhere.json',
};

describe.skipIf(!hasRedis)('rt worker --provider', () => {
  let redis: RedisServer;
  let environment: Record<string, string>;

  beforeAll(async () => {
    redis = await startRedis();
    environment = { RT_REDIS: redis.url, RT_PREFIX: redis.prefix(), ...BLIND };
  });
  afterAll(() => redis.stop());

  it.each(['cuda', 'webgpu'])(
    '[ENG-110] %s refuses to start without a GPU and says what to do',
    async (provider) => {
      const { code, stderr, stdout } = await runRt(
        ['worker', '--listen', '127.0.0.1:0', '--provider', provider, '--quiet'],
        environment,
      );
      expect(code).toBe(3);
      expect(stdout).toBe('');
      const lines = stderr.trim().split('\n').slice(-3);
      expect(lines[0]).toMatch(new RegExp(`^${provider} does not compute here: \\S`));
      expect(lines[1]).toMatch(/Install|Check|Use/);
      expect(lines[2]).toBe('RT2009 · rt errors lookup RT2009');
    },
  );

  it('[ENG-113] auto starts on the CPU and says why', async () => {
    const worker = await startRtServer(
      ['worker', '--listen', '127.0.0.1:0', '--provider', 'auto', '--threads', '1x1'],
      environment,
    );
    worker.kill('SIGTERM');
    const { stderr } = await worker.finished;
    expect(stderr).toMatch(/inference runs on the CPU/);
  });
});
