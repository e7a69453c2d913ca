import { describe, expect, it } from 'vitest';
import { redactDigest, redactEvent } from '../../../src/app/doctor/redact.ts';
import { gatewayDigest, gatewaySession } from '../../support/digests.ts';

describe('what leaves a cluster in a bundle', () => {
  it('[DOC-8] a digest keeps figures and ids, and no words, addresses or fields of newer versions', () => {
    const session = {
      ...gatewaySession(7, { last_text: 'my card number', client_ip: '10.9.8.7' }),
      caption: 'said',
    };
    const digest = {
      ...gatewayDigest('gateway-1', { url: 'ws://u:pw@h:1' }),
      sessions: [session],
      note: { text: 'x' },
    };
    const redacted = redactDigest(JSON.stringify(digest));
    expect(JSON.stringify(redacted)).not.toMatch(/card|10\.9\.8\.7|said|pw|"x"/);
    expect(redacted).toMatchObject({
      id: 'gateway-1',
      rejects_total: 0,
      sessions: [{ id: session.id, worker_id: 'w-1', lag_s: 0.2, finals: 3 }],
    });
    expect(redactDigest('not json')).toBeUndefined();
  });

  it('[DOC-8] an event keeps a reason that is a code', () => {
    const event = { type: 'session.error', at: '', sessionId: 's' } as const;
    expect(redactEvent({ ...event, reason: 'worker_lost' }).reason).toBe('worker_lost');
    expect(redactEvent({ ...event, reason: 'he said hello' }).reason).toBe('(13 characters)');
    expect(redactEvent(event)).toEqual(event);
  });
});
