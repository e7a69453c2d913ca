import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { validate } from 'dockerfile-utils';
import { describe, expect, it } from 'vitest';
import {
  CONTAINERFILE,
  type Manifest,
  modelOf,
  ourPods,
  readCompose,
  readManifests,
  roleCalls,
  secondsOf,
} from './manifests.ts';

const require = createRequire(import.meta.url);
/** What a server takes to give everything back, and to spare. */
const MARGIN_S = 15;

describe('the manifests of Kubernetes', () => {
  it.each(readManifests())('[DEP-7] $manifest.kind $manifest.metadata.name is valid', ({ manifest }) => {
    const model = require(modelOf(manifest)) as Record<string, new (data: Manifest) => { validate(): void }>;
    const Model = model[manifest.kind];
    if (Model === undefined) throw new Error(`${manifest.kind} is not known`);
    expect(() => {
      new Model(manifest).validate();
    }).not.toThrow();
  });

  it.each(ourPods())(
    '[DEP-5] $manifest.metadata.name says one port everywhere',
    ({ manifest, container }) => {
      const { name } = manifest.metadata;
      const call = roleCalls().find(({ where }) => where === `kubernetes ${name}`);
      const listening = call?.flags.get('--listen')?.split(':').at(-1);
      expect(container.ports).toEqual([{ name: 'http', containerPort: Number(listening) }]);
      expect(manifest.spec?.template?.metadata.annotations?.['prometheus.io/port']).toBe(listening);
      const service = readManifests().find(
        (one) => one.manifest.kind === 'Service' && one.manifest.metadata.name === name,
      );
      if (service) {
        expect(service.manifest.spec?.ports).toEqual([
          { name: 'http', port: Number(listening), targetPort: 'http' },
        ]);
      }
      const policies = readManifests().filter(({ manifest: { kind } }) => kind === 'NetworkPolicy');
      const own = policies.find((one) => one.manifest.metadata.name === name);
      expect(JSON.stringify(own?.manifest.spec)).toContain(`"port":${String(listening)}`);
    },
  );

  it.each(ourPods())('[DEP-6] $manifest.metadata.name is restarted only when it is dead', ({ container }) => {
    const { startupProbe, readinessProbe, livenessProbe } = container;
    expect(startupProbe?.httpGet).toEqual({ path: '/readyz', port: 'http' });
    expect(readinessProbe?.httpGet).toEqual({ path: '/readyz', port: 'http' });
    expect(livenessProbe?.httpGet).toEqual({ path: '/healthz', port: 'http' });
  });

  it.each(ourPods())(
    '[DEP-7] $manifest.metadata.name is not root, may write nothing, and gets no stray settings',
    (one) => {
      expect(one.pod.securityContext).toMatchObject({
        runAsNonRoot: true,
        seccompProfile: { type: 'RuntimeDefault' },
      });
      expect(one.container).toMatchObject({
        securityContext: {
          allowPrivilegeEscalation: false,
          readOnlyRootFilesystem: true,
          capabilities: { drop: ['ALL'] },
        },
      });
      expect(one.pod.enableServiceLinks).toBe(false);
    },
  );

  it('[DEP-7] select the pods they are meant for', () => {
    const pods = readManifests().flatMap(({ manifest: { spec } }) =>
      spec?.template ? [spec.template.metadata.labels] : [],
    );
    for (const { manifest } of readManifests()) {
      const { selector } = (manifest.spec ?? {}) as { selector?: { matchLabels?: object } };
      if (selector === undefined) continue;
      const labels = Object.entries(selector.matchLabels ?? selector);
      const selected = pods.filter((pod) => labels.every(([key, value]) => pod[key] === value));
      expect({ name: manifest.metadata.name, selected }).toEqual({
        name: manifest.metadata.name,
        selected: [expect.objectContaining(manifest.metadata.labels ?? {})],
      });
    }
  });
});

describe('the manifests', () => {
  it.each(roleCalls())('[DEP-6] $where has more time to stop than its drain takes', ({ flags, graceS }) => {
    const drainS = secondsOf(flags.get('--drain-timeout') ?? '0s');
    expect(graceS).toBeGreaterThanOrEqual(drainS + MARGIN_S);
  });

  it('[DEP-6] servers of compose wait until what they need is healthy', () => {
    const { redis, worker, router, gateway } = readCompose();
    expect(redis?.healthcheck).toBeDefined();
    for (const service of [worker, router, gateway]) {
      expect(service?.depends_on?.['redis']?.condition).toBe('service_healthy');
    }
    expect(gateway?.depends_on?.['worker']?.condition).toBe('service_healthy');
  });

  it('[DEP-5] compose publishes the ports that are listened on, to this machine alone', () => {
    for (const { where, role, flags } of roleCalls().filter(({ where }) => where.startsWith('compose'))) {
      const port = flags.get('--listen')?.split(':').at(-1) ?? '';
      const published = readCompose()[where.replace('compose ', '')]?.ports ?? [];
      expect({ role, published }).toEqual({
        role,
        published: role === 'worker' ? [] : [`127.0.0.1:${port}:${port}`],
      });
    }
  });

  it('[DEP-7] the Containerfile is valid', () => {
    expect(validate(readFileSync(CONTAINERFILE, 'utf8'))).toEqual([]);
  });
});
