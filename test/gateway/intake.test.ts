import { describe, expect, it } from 'vitest';
import { openIngest } from '../../src/gateway/ingest.ts';
import { createIntake } from '../../src/gateway/intake.ts';
import { createFakeClock } from '../support/fake-clock.ts';

/** An intake between a client that notes whether it is read and a link that takes or does not take. */
async function openIntake(options: { readonly allowUnpaced?: boolean; readonly declaredRate?: number } = {}) {
  const { allowUnpaced = false, declaredRate = 16_000 } = options;
  const clock = createFakeClock();
  const client = { isRead: true, pings: 0 };
  const link = { bytes: 0, buffered: 0, drain: (): void => undefined };
  const intake = createIntake({
    client: {
      pause: () => void (client.isRead = false),
      resume: () => void (client.isRead = true),
      ping: () => {
        client.pings++;
        return new Promise(() => {});
      },
    },
    line: {
      sendAudio: (data) => void (link.bytes += data.length),
      get bufferedBytes() {
        return link.buffered;
      },
      drained: () =>
        new Promise((resolve) => {
          link.drain = resolve;
        }),
    },
    ingest: await openIngest({ encoding: 'pcm_s16le', sampleRate: declaredRate, channels: 1 }),
    declaredRate,
    allowUnpaced,
    clock,
  });
  const accept = (seconds: number): void => intake.accept(new Uint8Array(seconds * declaredRate * 2));
  return { intake, clock, client, link, accept };
}

describe('the intake of audio', () => {
  it('hands audio on and counts it on the scale of the client', async () => {
    const { intake, accept, link, clock } = await openIntake({ declaredRate: 48_000 });
    const startMs = clock.nowMs();
    accept(1);
    await clock.advance(500);
    accept(1);
    intake.end();
    expect(intake.receivedS).toBe(2);
    expect(Math.abs(link.bytes - 64_000)).toBeLessThanOrEqual(4);
    expect(intake.arrivals.arrivalOf(1600)).toBe(startMs);
    expect(intake.arrivals.arrivalOf(30_000)).toBe(startMs + 500);
  });

  it('[SES-16] stops reading for as long as the pace wants it', async () => {
    const { accept, client, clock } = await openIntake();
    accept(10);
    expect(client.isRead).toBe(true);
    accept(3);
    expect(client.isRead).toBe(false);
    await clock.advance(1999);
    expect(client.isRead).toBe(false);
    await clock.advance(1);
    await clock.advance(0);
    expect(client.isRead).toBe(true);
  });

  it('[SES-16] reads without bound where that is allowed', async () => {
    const { accept, client } = await openIntake({ allowUnpaced: true });
    accept(600);
    expect(client.isRead).toBe(true);
  });

  it('[SES-17] stops reading while the link is full', async () => {
    const { accept, client, link, clock } = await openIntake({ allowUnpaced: true });
    link.buffered = 1024 * 1024;
    accept(0.1);
    expect(client.isRead).toBe(true);
    link.buffered++;
    accept(0.1);
    expect(client.isRead).toBe(false);
    link.drain();
    await clock.advance(0);
    expect(client.isRead).toBe(true);
  });

  it('[SES-17] reads again only when both pace and link allow it', async () => {
    const { accept, client, link, clock } = await openIntake();
    link.buffered = 2 * 1024 * 1024;
    accept(13);
    await clock.advance(2000);
    await clock.advance(0);
    expect(client.isRead).toBe(false);
    link.drain();
    await clock.advance(0);
    expect(client.isRead).toBe(true);
  });

  it('[SES-23] counts time in which it does not read as time in which audio came', async () => {
    const { intake, accept, link, clock } = await openIntake({ allowUnpaced: true });
    link.buffered = 2 * 1024 * 1024;
    accept(1);
    await clock.advance(90_000);
    expect(intake.lastReadMs).toBe(clock.nowMs());
    link.drain();
    await clock.advance(30_000);
    expect(clock.nowMs() - intake.lastReadMs).toBe(30_000);
  });

  it('[SES-35] probes a client it does not read, twice a second and no longer', async () => {
    const { accept, client, clock } = await openIntake();
    await clock.advance(5000);
    expect(client.pings).toBe(0);
    accept(13);
    await clock.advance(1999);
    expect(client.pings).toBe(3);
    await clock.advance(5000);
    expect([client.pings, client.isRead, clock.sleepers()]).toEqual([3, true, 0]);
  });

  it('[SES-15] suspects a rate once', async () => {
    const { intake, accept, clock } = await openIntake({ allowUnpaced: true });
    const suspicions: (number | undefined)[] = [];
    for (let index = 0; index < 200; index++) {
      accept(0.3);
      suspicions.push(intake.rateSuspicion());
      await clock.advance(100);
    }
    expect(suspicions.filter((rate) => rate !== undefined)).toEqual([48_000]);
  });

  it('[SES-15] suspects nothing of a client that was held back: the pace is not its own', async () => {
    const { intake, accept, client, clock } = await openIntake();
    for (let index = 0; index < 600; index++) {
      if (client.isRead) accept(1);
      expect(intake.rateSuspicion()).toBeUndefined();
      await clock.advance(100);
    }
    expect(intake.receivedS).toBeGreaterThan(95);
  });
});
