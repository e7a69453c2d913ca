/** The certificates of the servers that are spoken to over TLS, whether this machine trusts them or not. Never rejects. */
import { isIP } from 'node:net';
import { checkServerIdentity, connect, type PeerCertificate, type TLSSocket } from 'node:tls';
import type { Clock } from '../../base/clock.ts';
import { messageOf } from '../../base/errors.ts';
import { within } from '../../base/within.ts';
import { parseRedisUrl } from '../../registry/redis-url.ts';

export interface TlsFacts {
  /** `gateway` or `redis`. */
  readonly name: string;
  readonly address: string;
  readonly outcome:
    | { readonly type: 'no answer'; readonly reason: string }
    | ({ readonly type: 'certificate' } & CertificateFacts);
}

export interface CertificateFacts {
  readonly subject: string;
  readonly issuer: string;
  /** ISO-8601. */
  readonly validTo: string;
  readonly daysLeft: number;
  /** Why it does not belong to the host that was asked for; undefined where it does. */
  readonly nameFault: string | undefined;
  /** Why this machine does not trust it; undefined where it does. */
  readonly trustFault: string | undefined;
  /** `TLSv1.3`. */
  readonly protocol: string;
}

export interface TlsTarget {
  readonly name: string;
  readonly host: string;
  readonly port: number;
}

const DAY_MS = 86_400_000;

/** Those of the gateway and of Redis that are spoken to over TLS; a URL nobody can read is judged elsewhere. */
export function tlsTargets({
  gateway,
  redis,
}: {
  readonly gateway: string;
  readonly redis: string;
}): readonly TlsTarget[] {
  const targets: TlsTarget[] = [];
  const url = new URL(gateway);
  if (url.protocol === 'wss:')
    targets.push({ name: 'gateway', host: bare(url.hostname), port: Number(url.port || 443) });
  try {
    const { options } = parseRedisUrl(redis);
    if (options.tls !== undefined && options.host !== undefined)
      targets.push({ name: 'redis', host: options.host, port: options.port ?? 6379 });
  } catch {
    // "rt doctor redis" says so.
  }
  return targets;
}

function bare(host: string): string {
  return host.replace(/^\[|\]$/g, '');
}

export function gatherTlsFacts(
  targets: readonly TlsTarget[],
  options: { readonly clock: Clock; readonly timeoutMs: number },
): Promise<readonly TlsFacts[]> {
  return Promise.all(
    targets.map(async (target) => ({
      name: target.name,
      address: `${target.host}:${String(target.port)}`,
      outcome: await readCertificate(target, options),
    })),
  );
}

async function readCertificate(
  { host, port }: TlsTarget,
  { clock, timeoutMs }: { readonly clock: Clock; readonly timeoutMs: number },
): Promise<TlsFacts['outcome']> {
  // Accepted whatever it is: it is only looked at, and nothing is said over it.
  const socket = connect({ host, port, servername: isIP(host) > 0 ? '' : host, rejectUnauthorized: false });
  const secured = new Promise<'secure'>((resolve, reject) => {
    socket.once('secureConnect', () => resolve('secure'));
    socket.once('error', reject);
  });
  try {
    const answer = await within(clock, timeoutMs, secured);
    if (answer === 'late') return { type: 'no answer', reason: `none within ${String(timeoutMs)} ms` };
    return { type: 'certificate', ...describe(socket, host, clock) };
  } catch (error) {
    return { type: 'no answer', reason: messageOf(error) };
  } finally {
    socket.destroy();
  }
}

function describe(socket: TLSSocket, host: string, clock: Clock): CertificateFacts {
  const certificate = socket.getPeerCertificate();
  const validTo = new Date(certificate.valid_to);
  const trust: unknown = socket.authorizationError;
  return {
    subject: commonName(certificate.subject),
    issuer: commonName(certificate.issuer),
    validTo: validTo.toISOString(),
    daysLeft: Math.floor((validTo.getTime() - clock.date().getTime()) / DAY_MS),
    nameFault: checkServerIdentity(host, certificate)?.message,
    // A wrong name is told apart from a chain nobody trusts.
    trustFault: socket.authorized || isNameFault(trust) ? undefined : messageOf(trust),
    protocol: socket.getProtocol() ?? 'unknown',
  };
}

function isNameFault(fault: unknown): boolean {
  return messageOf(fault).includes('ERR_TLS_CERT_ALTNAME_INVALID');
}

function commonName(names: PeerCertificate['subject']): string {
  return [names.CN].flat().join(', ') || '(without a name)';
}
