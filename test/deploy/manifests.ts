/** What the manifests of deploy/ run: each container of ours with its role, flags, ports and probes. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse, parseAllDocuments } from 'yaml';

export const COMPOSE_FILE = 'deploy/container/compose.yaml';
export const CONTAINERFILE = 'deploy/container/Containerfile';
const KUBERNETES_FOLDER = 'deploy/kubernetes';

export interface Probe {
  readonly httpGet?: { readonly path: string; readonly port: string };
  readonly exec?: { readonly command: readonly string[] };
}

export interface Container {
  readonly name: string;
  readonly image: string;
  readonly args: readonly string[];
  readonly env?: readonly { readonly name: string }[];
  readonly ports: readonly { readonly name: string; readonly containerPort: number }[];
  readonly lifecycle?: { readonly preStop?: Probe };
  readonly startupProbe?: Probe;
  readonly readinessProbe?: Probe;
  readonly livenessProbe?: Probe;
}

export interface PodSpec {
  readonly terminationGracePeriodSeconds?: number;
  readonly enableServiceLinks?: boolean;
  readonly securityContext?: unknown;
  readonly containers: readonly Container[];
}

/** A document of Kubernetes, as far as tests look into it. */
export interface Manifest {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly labels?: Readonly<Record<string, string>> };
  readonly spec?: {
    readonly selector?: unknown;
    readonly ports?: readonly { readonly port: number; readonly targetPort: string }[];
    readonly template?: {
      readonly metadata: {
        readonly labels: Readonly<Record<string, string>>;
        readonly annotations?: Readonly<Record<string, string>>;
      };
      readonly spec: PodSpec;
    };
  };
}

export interface PlacedManifest {
  readonly file: string;
  readonly manifest: Manifest;
}

let manifests: readonly PlacedManifest[] | undefined;

/** Every document of every file, the one to try things with included. */
export function readManifests(): readonly PlacedManifest[] {
  manifests ??= parseManifests();
  return manifests;
}

function parseManifests(): readonly PlacedManifest[] {
  const files = readdirSync(KUBERNETES_FOLDER, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.yaml'))
    .map((name) => join(KUBERNETES_FOLDER, name));
  return files.flatMap((file) =>
    parseAllDocuments(readFileSync(file, 'utf8')).map((document) => {
      if (document.errors.length > 0) throw new Error(`${file}: ${document.errors.join('; ')}`);
      return { file, manifest: document.toJS() as Manifest };
    }),
  );
}

export interface ComposeService {
  readonly image?: string;
  readonly command?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  readonly ports?: readonly string[];
  readonly stop_grace_period?: string;
  readonly depends_on?: Readonly<Record<string, { readonly condition: string }>>;
  readonly healthcheck?: unknown;
}

export function readCompose(): Readonly<Record<string, ComposeService>> {
  const { services } = parse(readFileSync(COMPOSE_FILE, 'utf8'), { merge: true }) as {
    services: Record<string, ComposeService>;
  };
  return services;
}

/** One call of `rt ROLE` as a manifest makes it. */
export interface RoleCall {
  readonly where: string;
  readonly role: string;
  readonly flags: ReadonlyMap<string, string>;
  /** Names of its environment that could be settings of rt. */
  readonly environment: readonly string[];
  /** Seconds between SIGTERM and SIGKILL, without what preStop takes of them. */
  readonly graceS: number;
}

/** Flags of a command line, as `--flag=value` or `--flag value`; a switch has the value ''. */
export function flagsIn(words: readonly string[]): ReadonlyMap<string, string> {
  const flags = new Map<string, string>();
  for (const [index, word] of words.entries()) {
    const [, name, , value] = /^(--[a-z-]+)(=(.*))?$/.exec(word) ?? [];
    if (name === undefined) continue;
    const next = words[index + 1];
    flags.set(name, value ?? (next === undefined || next.startsWith('--') ? '' : next));
  }
  return flags;
}

/** Every call of a server that Kubernetes or compose makes. */
export function roleCalls(): readonly RoleCall[] {
  const inCompose = Object.entries(readCompose())
    .filter(([, { image }]) => isOurs(image))
    .map(([name, service]) => ({
      where: `compose ${name}`,
      role: service.command?.[0] ?? '',
      flags: flagsIn(service.command ?? []),
      environment: Object.keys(service.environment ?? {}),
      graceS: secondsOf(service.stop_grace_period ?? '10s'),
    }));
  const inKubernetes = ourPods().map(({ manifest, pod, container }) => ({
    where: `kubernetes ${manifest.metadata.name}`,
    role: container.args[0] ?? '',
    flags: flagsIn(container.args),
    environment: (container.env ?? []).map(({ name }) => name).filter((name) => name.startsWith('RT_')),
    graceS: (pod.terminationGracePeriodSeconds ?? 30) - preStopS(container),
  }));
  return [...inCompose, ...inKubernetes];
}

export interface OurPod {
  readonly manifest: Manifest;
  readonly pod: PodSpec;
  readonly container: Container;
}

export function ourPods(): readonly OurPod[] {
  return readManifests().flatMap(({ manifest }) => {
    const pod = manifest.spec?.template?.spec;
    const container = pod?.containers.find(({ image }) => isOurs(image));
    return pod && container ? [{ manifest, pod, container }] : [];
  });
}

/** `30s` and the like. */
export function secondsOf(duration: string): number {
  const [, number, unit] = /^(\d+)(s|m)$/.exec(duration) ?? [];
  if (number === undefined) throw new Error(`${duration} is not understood`);
  return Number(number) * (unit === 'm' ? 60 : 1);
}

function isOurs(image: string | undefined): boolean {
  return /(?:^|-)rt:\d/.test(image ?? '');
}

function preStopS({ lifecycle }: Container): number {
  const [program, seconds] = lifecycle?.preStop?.exec?.command ?? ['sleep', '0'];
  if (program !== 'sleep') throw new Error(`preStop: ${program} is not understood`);
  return Number(seconds);
}

/** The module of kubernetes-models that knows the kind, generated from the OpenAPI document of Kubernetes. */
export function modelOf({ apiVersion, kind }: Manifest): string {
  return `kubernetes-models/${apiVersion}/${kind}`;
}
