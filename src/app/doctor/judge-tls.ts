/** What is to be said of certificates. Pure. */
import { type Finding, fail, ok, skip, warn } from './finding.ts';
import type { CertificateFacts, TlsFacts } from './tls-facts.ts';

/** Renewal is automatic at 30 days with most authorities; below this it has failed. */
const FEW_DAYS = 14;
const LAST_DAYS = 3;

export function judgeTls(facts: readonly TlsFacts[]): readonly Finding[] {
  if (facts.length === 0) {
    return [
      skip('certificate', 'neither the gateway (wss://) nor Redis (rediss://) is spoken to over TLS', {
        hint: 'Audio crosses the network in the clear where it leaves this machine.',
      }),
    ];
  }
  return facts.flatMap(({ name, address, outcome }) => {
    if (outcome.type === 'certificate') return judgeCertificate(name, address, outcome);
    return [
      fail(name, `no TLS at ${address}: ${outcome.reason}`, {
        hint: 'Is the port that of the TLS side, and is the URL wss:// (rediss://) for good reason?',
      }),
    ];
  });
}

function judgeCertificate(name: string, address: string, facts: CertificateFacts): readonly Finding[] {
  const { subject, issuer, protocol, nameFault, trustFault } = facts;
  return [
    daysLeft(name, facts),
    nameFault === undefined
      ? ok(`${name} name`, `${address} is ${subject}`)
      : fail(`${name} name`, nameFault, {
          hint: 'Clients refuse it: use the name that is in the certificate, or have one made for this name.',
        }),
    trustFault === undefined
      ? ok(`${name} trust`, `issued by ${issuer}, ${protocol}`)
      : fail(`${name} trust`, `this machine does not trust it (${trustFault}, issued by ${issuer})`, {
          hint: 'Serve the whole chain, or give clients the authority: NODE_EXTRA_CA_CERTS=FILE.',
          fix: `openssl s_client -connect ${address} -showcerts </dev/null`,
        }),
  ];
}

function daysLeft(name: string, { daysLeft: days, validTo }: CertificateFacts): Finding {
  const label = `${name} certificate`;
  const hint = 'Renew it now; when it has expired no client connects.';
  if (days < 0) return fail(label, `expired on ${validTo}`, { hint: 'Renew it: no client connects.' });
  const text = `valid for ${String(days)} days, until ${validTo}`;
  if (days < LAST_DAYS) return fail(label, text, { hint });
  return days < FEW_DAYS ? warn(label, text, { hint }) : ok(label, text);
}
