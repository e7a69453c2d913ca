/**
 * One archive for whoever is asked for help: what the doctor found, the settings, the fleet.
 *
 * Always true: it holds no secret, no transcript and no address of a client (redact.ts); it is complete or not there;
 * it belongs to its owner alone.
 */
import { renameSync, rmSync, writeFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { packTar } from 'modern-tar';
import { messageOf, RtError } from '../../base/errors.ts';
import { maskSecrets } from '../../config/secrets.ts';
import type { SettingDocument } from '../../config/setting-document.ts';
import { workerDocument } from '../../registry/fleet-documents.ts';
import type { FleetView } from '../../registry/ports.ts';
import { openRegistry } from '../open-registry.ts';
import { VERSION } from '../version.ts';
import type { DoctorDocument } from './doctor-document.ts';
import type { Patient } from './examine.ts';
import { MARK, redactDigest, redactEvent } from './redact.ts';

export interface BundleContents {
  readonly document: DoctorDocument;
  readonly settings: readonly SettingDocument[];
  readonly patient: Pick<Patient, 'redis' | 'prefix' | 'stepTimeoutMs'>;
}

export interface BundleMember {
  readonly name: string;
  /** What is in it, in a few words. */
  readonly about: string;
  readonly text: string;
}

const FOLDER = 'rt-bundle';
const MOST_EVENTS = 500;

/** @returns what is in it. @throws RtError file_unreadable when it cannot be written */
export async function writeBundle(path: string, contents: BundleContents): Promise<readonly BundleMember[]> {
  const members = await gatherMembers(contents);
  const at = new Date(contents.document.at);
  const archive = await packTar(
    [readme(members), ...members].map(({ name, text }) => ({
      header: { name: `${FOLDER}/${name}`, size: Buffer.byteLength(text), mode: 0o600, mtime: at },
      body: text,
    })),
  );
  const draft = `${path}.${String(process.pid)}.tmp`;
  try {
    writeFileSync(draft, gzipSync(archive), { mode: 0o600, flag: 'wx' });
    renameSync(draft, path);
  } catch (cause) {
    rmSync(draft, { force: true });
    throw new RtError('file_unreadable', `Cannot write ${path}: ${messageOf(cause)}`, {
      cause,
      hint: 'Name a file in a folder this user may write to.',
    });
  }
  return members;
}

async function gatherMembers({
  document,
  settings,
  patient,
}: BundleContents): Promise<readonly BundleMember[]> {
  const { node, v8, uv, openssl } = process.versions;
  const versions = { rt: VERSION, node, v8, uv, openssl, platform: process.platform, arch: process.arch };
  return [
    json('doctor.json', 'what the doctor found', document),
    json('config.json', 'every setting and where it comes from', { schema: 'rt.config/v1', settings }),
    json('versions.json', 'of rt, Node and its parts', versions),
    ...(await fleetMembers(patient)),
  ];
}

async function fleetMembers(patient: BundleContents['patient']): Promise<readonly BundleMember[]> {
  const { redis: redisUrl, prefix, stepTimeoutMs: connectTimeoutMs } = patient;
  try {
    const cluster = await openRegistry({ redisUrl, prefix, connectTimeoutMs, name: 'rt-doctor' });
    try {
      return await readFleet(cluster.registry.fleet);
    } finally {
      await cluster.stop();
    }
  } catch (error) {
    return [text('fleet.txt', 'why there is nothing about the fleet', `${messageOf(error)}\n`)];
  }
}

async function readFleet(fleet: FleetView): Promise<readonly BundleMember[]> {
  const [workers, events, snapshot] = [
    await fleet.workers(),
    await fleet.events(MOST_EVENTS),
    await fleet.snapshot(),
  ];
  const digests = Object.fromEntries(
    [...snapshot].map(([field, digest]) => [field, redactDigest(digest) ?? null]),
  );
  const lines = events.map((event) => `${JSON.stringify(redactEvent(event))}\n`).join('');
  return [
    json('workers.json', 'records of workers', {
      schema: 'rt.workers/v1',
      workers: workers.map(workerDocument),
    }),
    text('events.jsonl', `the last ${String(events.length)} events of the fleet`, lines),
    json('snapshot.json', 'what each process says of itself and its sessions', digests),
  ];
}

function json(name: string, about: string, value: unknown): BundleMember {
  return text(name, about, `${JSON.stringify(value, null, 2)}\n`);
}

function text(name: string, about: string, content: string): BundleMember {
  return { name, about, text: maskSecrets(content, MARK) };
}

function readme(members: readonly BundleMember[]): BundleMember {
  const lines = [
    `Written by rt doctor, rt ${VERSION}. Passwords, tokens, words people said and addresses of clients are left out;`,
    'ids of sessions, workers and gateways are kept.',
    '',
    ...members.map(({ name, about }) => `${name.padEnd(16)} ${about}`),
  ];
  return { name: 'README.txt', about: 'this list', text: `${lines.join('\n')}\n` };
}
