import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer as createTcpServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createServer } from 'node:tls';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { judgeTls } from '../../../src/app/doctor/judge-tls.ts';
import { gatherTlsFacts, tlsTargets } from '../../../src/app/doctor/tls-facts.ts';
import { systemClock } from '../../../src/base/clock.ts';
import { portOf } from '../../support/free-port.ts';

const hasOpenssl = spawnSync('openssl', ['version']).status === 0;
const OPTIONS = { clock: systemClock, timeoutMs: 5000 };

describe.skipIf(!hasOpenssl)('the certificate of a real server', () => {
  let folder: string;
  let server: Server;
  let port: number;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'rt-tls-'));
    const [key, cert] = [join(folder, 'key.pem'), join(folder, 'cert.pem')];
    const subject = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost', '-days', '10'];
    const curve = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];
    spawnSync('openssl', ['req', '-x509', ...curve, '-keyout', key, '-out', cert, ...subject]);
    server = createServer({ key: readFileSync(key), cert: readFileSync(cert) });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    port = portOf(server.address());
  });
  afterAll(() => {
    server.close();
    rmSync(folder, { recursive: true });
  });

  it('[DOC-6] that is self-signed is read, and told not to be trusted', async () => {
    const facts = await gatherTlsFacts([{ name: 'gateway', host: 'localhost', port }], OPTIONS);
    expect(facts[0]?.outcome).toMatchObject({
      type: 'certificate',
      subject: 'localhost',
      nameFault: undefined,
      trustFault: expect.stringMatching(/SELF_SIGNED/),
      protocol: 'TLSv1.3',
    });
    const found = judgeTls(facts).map(({ name, status }) => `${name}: ${status}`);
    expect(found).toEqual(['gateway certificate: warn', 'gateway name: ok', 'gateway trust: fail']);
  });

  it('[DOC-6] that is of another name is told apart from one nobody trusts', async () => {
    const [facts] = await gatherTlsFacts([{ name: 'gateway', host: '127.0.0.1', port }], OPTIONS);
    expect(facts?.outcome).toMatchObject({ nameFault: expect.stringMatching(/127\.0\.0\.1/) });
  });
});

describe('TLS that is not there', () => {
  it('[DOC-6] says so within its time', async () => {
    const silent = createTcpServer().listen(0, '127.0.0.1');
    await once(silent, 'listening');
    const host = '127.0.0.1';
    const facts = await gatherTlsFacts(
      [
        { name: 'gateway', host, port: portOf(silent.address()) },
        { name: 'redis', host, port: 9 },
      ],
      { clock: systemClock, timeoutMs: 200 },
    );
    silent.close();
    expect(facts.map(({ outcome }) => outcome)).toEqual([
      { type: 'no answer', reason: 'none within 200 ms' },
      { type: 'no answer', reason: expect.stringContaining('ECONNREFUSED') },
    ]);
  });

  it('[DOC-6] is asked for where a URL says so', () => {
    expect(tlsTargets({ gateway: 'wss://stt.example', redis: 'rediss://h:1' })).toEqual([
      { name: 'gateway', host: 'stt.example', port: 443 },
      { name: 'redis', host: 'h', port: 1 },
    ]);
    expect(tlsTargets({ gateway: 'ws://h', redis: 'nonsense' })).toEqual([]);
  });
});
