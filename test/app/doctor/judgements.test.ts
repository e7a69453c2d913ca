import { describe, expect, it } from 'vitest';
import { TONE_LEVEL, TONE_SAMPLES } from '../../../src/app/doctor/audio-facts.ts';
import { doctorDocument } from '../../../src/app/doctor/doctor-document.ts';
import { type Finding, fail, ok, skip, warn, worstOf } from '../../../src/app/doctor/finding.ts';
import type { GpuFacts } from '../../../src/app/doctor/gpu-facts.ts';
import { judgeAudio } from '../../../src/app/doctor/judge-audio.ts';
import { judgeGpu } from '../../../src/app/doctor/judge-gpu.ts';
import { judgeLimits } from '../../../src/app/doctor/judge-limits.ts';
import { judgeModels } from '../../../src/app/doctor/judge-models.ts';
import { judgeNet } from '../../../src/app/doctor/judge-net.ts';
import { judgeRedisFacts } from '../../../src/app/doctor/judge-redis-facts.ts';
import { judgeTls } from '../../../src/app/doctor/judge-tls.ts';
import type { LimitsFacts } from '../../../src/app/doctor/limits-facts.ts';
import type { NetFacts } from '../../../src/app/doctor/net-facts.ts';
import type { RedisFacts } from '../../../src/app/doctor/redis-facts.ts';
import { RtError } from '../../../src/base/errors.ts';
import type { ProbeOutcome } from '../../../src/engine/provider/probe.ts';

/** `name: status` of what is not as it should be. */
const problems = (findings: readonly Finding[]): readonly string[] =>
  findings.filter(({ status }) => status !== 'ok').map(({ name, status }) => `${name}: ${status}`);

describe('findings', () => {
  it('[DOC-1] what was skipped is no problem, and the gravest counts', () => {
    expect(worstOf([ok('a', ''), skip('b', '')])).toBe('ok');
    expect(worstOf([warn('a', ''), skip('b', '')])).toBe('warn');
    expect(worstOf([warn('a', ''), fail('b', '')])).toBe('fail');
    const document = doctorDocument(
      [{ area: 'tls', findings: [warn('a', 'x', { hint: 'do' })] }],
      new Date(0),
    );
    expect(document).toMatchObject({
      status: 'warn',
      counts: { ok: 0, warn: 1, fail: 0, skip: 0 },
      checks: [{ area: 'tls', name: 'a', status: 'warn', hint: 'do', fix: null }],
    });
  });
});

describe('a Redis', () => {
  const healthy: Extract<RedisFacts, { type: 'answered' }> = {
    type: 'answered',
    description: 'redis://h',
    version: '7.0.15',
    policy: 'noeviction',
    replicas: 0,
    usedBytes: 2 ** 20,
    limitBytes: 0,
    findings: [],
    pingsMs: [1, 1, 2],
    offsetMs: 3,
    offsetErrorMs: 1,
    write: { type: 'taken' },
    slow: [],
    skewsMs: new Map([['w-1', 400]]),
  };

  it('[DOC-1] is well', () => {
    expect(problems(judgeRedisFacts(healthy))).toEqual([]);
  });

  it.each<[string, Partial<typeof healthy>, string]>([
    ['that refuses writes', { write: { type: 'refused', reason: 'OOM command not allowed' } }, 'write: fail'],
    ['whose user may not write', { write: { type: 'not permitted', reason: 'NOPERM' } }, 'write: skip'],
    ['that is read only here', { write: { type: 'not tried' } }, 'write: skip'],
    ['that is slow', { pingsMs: [1, 30, 40] }, 'latency: warn'],
    ['that is very slow', { pingsMs: [300, 300] }, 'latency: fail'],
    ['whose clock is another', { offsetMs: -5000 }, 'clock: warn'],
    ['of a worker with another clock', { skewsMs: new Map([['w-1', 9000]]) }, 'clock: warn'],
    ['with slow commands', { slow: [{ command: 'KEYS', tookMs: 900 }] }, 'slow commands: warn'],
    [
      'that evicts',
      { findings: [{ severity: 'warning', about: 'eviction', message: 'may throw away', hint: 'set it' }] },
      'eviction: warn',
    ],
    [
      'that is a replica',
      { findings: [{ severity: 'refused', about: 'replica', message: 'is a replica', hint: 'the master' }] },
      'replica: fail',
    ],
  ])('[DOC-3] [DOC-5] one %s is told as such', (_what, change, expected) => {
    expect(problems(judgeRedisFacts({ ...healthy, ...change }))).toEqual([expected]);
  });

  it('[DOC-2] that does not answer says what to do', () => {
    const fault = new RtError('redis_unreachable', 'no Redis answers', { hint: 'start it' });
    expect(judgeRedisFacts({ type: 'unreachable', fault })).toEqual([
      fail('answers', 'no Redis answers', { hint: 'start it' }),
    ]);
  });
});

describe('a gateway', () => {
  const healthy: NetFacts = {
    gateway: 'ws://h',
    health: { status: 200 },
    readiness: 'ready',
    session: { type: 'ended', openMs: 5, beginMs: 30, endMs: 8, model: 'fast', pingsMs: [1, 2] },
  };
  const failed = (code: 'no_capacity' | 'asr_failed' | 'unauthenticated'): NetFacts['session'] => ({
    type: 'failed',
    openMs: 5,
    fault: new RtError(code, 'no'),
  });

  it.each<[string, Partial<NetFacts>, readonly string[]]>([
    ['well', {}, []],
    [
      'nobody',
      { health: { reason: 'refused' }, session: { type: 'not tried', reason: 'nothing answers' } },
      ['healthz: fail', 'websocket: skip'],
    ],
    ['something else', { health: { status: 404 } }, ['healthz: fail']],
    ['not ready', { readiness: 'draining' }, ['readyz: fail']],
    ['full', { session: failed('no_capacity') }, ['session: warn']],
    ['broken', { session: failed('asr_failed') }, ['session: fail']],
    ['closed to strangers', { session: failed('unauthenticated') }, ['session: skip']],
    ['slow', { session: { ...healthy.session, beginMs: 4000 } as NetFacts['session'] }, ['session: warn']],
    [
      'without pongs',
      { session: { ...healthy.session, pingsMs: [] } as NetFacts['session'] },
      ['round trip: warn'],
    ],
    [
      'behind a proxy without upgrades',
      { session: { type: 'failed', fault: new RtError('gateway_unreachable', '400') } },
      ['websocket: fail'],
    ],
  ])('[DOC-9] that is %s', (_what, change, expected) => {
    expect(problems(judgeNet({ ...healthy, ...change }))).toEqual(expected);
  });
});

describe('this machine', () => {
  const limits: LimitsFacts = {
    node: '22.11.0',
    openFiles: 65_536,
    coreBytes: 0,
    cores: 4,
    quotaCores: undefined,
    throttledShare: undefined,
    memoryBytes: 2 ** 34,
    memoryLimitBytes: undefined,
    memoryFreeBytes: 2 ** 33,
    sharedMemory: { totalBytes: 2 ** 26, freeBytes: 2 ** 26 },
    hugePages: 'madvise',
  };

  it.each<[string, Partial<LimitsFacts>, readonly string[]]>([
    ['enough', {}, []],
    ['an old Node', { node: '20.10.0' }, ['node: fail']],
    ['a Node without support', { node: '20.20.2' }, []],
    ['few files', { openFiles: 1024 }, ['open files: warn']],
    ['hardly a file', { openFiles: 100 }, ['open files: fail']],
    ['half a core', { quotaCores: 0.5 }, ['cpu: warn']],
    ['a quota that is used up', { quotaCores: 2, throttledShare: 0.4 }, ['cpu: warn']],
    ['little memory', { memoryFreeBytes: 2 ** 28 }, ['memory: warn']],
    ['hardly memory', { memoryFreeBytes: 2 ** 26 }, ['memory: fail']],
    ['a full /dev/shm', { sharedMemory: { totalBytes: 2 ** 26, freeBytes: 0 } }, ['/dev/shm: warn']],
    ['core dumps and huge pages', { coreBytes: Number.POSITIVE_INFINITY, hugePages: 'always' }, []],
    [
      'a system that tells nothing',
      {
        openFiles: undefined,
        coreBytes: undefined,
        memoryFreeBytes: undefined,
        sharedMemory: undefined,
        hugePages: undefined,
      },
      ['open files: skip', 'memory: skip', '/dev/shm: skip', 'core dumps: skip', 'huge pages: skip'],
    ],
  ])('[DOC-7] with %s', (_what, change, expected) => {
    expect(problems(judgeLimits({ ...limits, ...change }))).toEqual(expected);
  });

  it('[DOC-1] without ffmpeg and a sound card is no problem, a damaged resampler is', () => {
    const bare = { ffmpeg: undefined, recorders: [], cards: [] };
    const works = { type: 'works', samples: TONE_SAMPLES, keptLevel: TONE_LEVEL, removedLevel: 2 } as const;
    expect(problems(judgeAudio({ ...bare, resampler: works }))).toEqual([
      'ffmpeg: skip',
      'recorder: skip',
      'devices: skip',
    ]);
    expect(problems(judgeAudio({ ...bare, resampler: { ...works, removedLevel: 9000 } }))[0]).toBe(
      'resampler: fail',
    );
    expect(problems(judgeAudio({ ...bare, resampler: { type: 'broken', reason: 'no wasm' } }))[0]).toBe(
      'resampler: fail',
    );
  });

  it('[DOC-1] computes on a GPU, on the CPU, or not at all', () => {
    const runtime = { type: 'loaded', providers: [{ name: 'cpu', bundled: true }] } as const;
    const dead: ProbeOutcome = { type: 'inactive', reason: 'no driver', whatToDo: 'install it' };
    const active: ProbeOutcome = { type: 'active', runMs: 1, cpuRunMs: 9 };
    const judge = (probes: Partial<Record<'cuda' | 'webgpu', ProbeOutcome>>): readonly string[] => {
      const tried = new Map(Object.entries(probes)) as GpuFacts['probes'];
      return problems(judgeGpu({ runtime, cards: undefined, cudaDevices: undefined, probes: tried }));
    };
    expect(judge({})).toEqual(['devices: skip']);
    expect(judge({ cuda: dead })).toEqual(['cuda: warn']);
    expect(judge({ cuda: active, webgpu: dead })).toEqual(['webgpu: skip']);
    expect(judge({ webgpu: { ...active, runMs: 90 } })).toEqual(['webgpu: warn']);
    const broken = { type: 'broken', reason: 'no such file' } as const;
    const facts = { runtime: broken, cards: undefined, cudaDevices: undefined, probes: new Map() };
    expect(problems(judgeGpu(facts))[0]).toBe('onnxruntime: fail');
  });

  it('[DOC-1] has its models, or files of them that are not what the card says', () => {
    const facts = { installed: [], dir: '/m', prefersSigned: true };
    const whole = { folder: '/p/rt-tiny-en', damaged: [], files: 4 };
    expect(problems(judgeModels({ ...facts, bundled: [whole] }))).toEqual([]);
    expect(
      problems(judgeModels({ ...facts, bundled: [{ ...whole, damaged: ['a.onnx: wrong sha256'] }] })),
    ).toEqual(['rt-tiny-en: fail']);
  });
});

describe('a certificate', () => {
  const good = {
    type: 'certificate',
    subject: 'h',
    issuer: 'ca',
    validTo: '2030-01-01T00:00:00.000Z',
    daysLeft: 90,
    nameFault: undefined,
    trustFault: undefined,
    protocol: 'TLSv1.3',
  } as const;

  it.each([
    ['good', good, []],
    ['about to expire', { ...good, daysLeft: 9 }, ['gateway certificate: warn']],
    ['as good as expired', { ...good, daysLeft: 1 }, ['gateway certificate: fail']],
    ['expired', { ...good, daysLeft: -1 }, ['gateway certificate: fail']],
    ['of another host', { ...good, nameFault: 'no' }, ['gateway name: fail']],
    ['of nobody known', { ...good, trustFault: 'SELF_SIGNED' }, ['gateway trust: fail']],
    ['not to be had', { type: 'no answer', reason: 'refused' } as const, ['gateway: fail']],
  ])('[DOC-6] that is %s', (_what, outcome, expected) => {
    expect(problems(judgeTls([{ name: 'gateway', address: 'h:443', outcome }]))).toEqual(expected);
  });

  it('[DOC-6] nobody asks for is skipped', () => {
    expect(problems(judgeTls([]))).toEqual(['certificate: skip']);
  });
});
