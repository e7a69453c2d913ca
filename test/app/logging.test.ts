import { describe, expect, it } from 'vitest';
import { createLogger } from '../../src/app/logging.ts';
import type { LogLevel } from '../../src/app/ports.ts';
import type { Logger } from '../../src/base/log.ts';

function capture(level: LogLevel = 'info'): { log: Logger; lines: () => Record<string, unknown>[] } {
  const written: string[] = [];
  const fields = { role: 'worker', id: 'worker-1' };
  const log = createLogger({ level, fields, to: { write: (line) => void written.push(line) } });
  return { log, lines: () => written.map((line) => JSON.parse(line) as Record<string, unknown>) };
}

describe('the log of a server', () => {
  it('is one JSON object a line, with level, time, role and id', () => {
    const { log, lines } = capture();
    log.warn('beat failed', { attempt: 3 });
    expect(lines()).toEqual([
      {
        level: 'warn',
        time: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/),
        role: 'worker',
        id: 'worker-1',
        attempt: 3,
        msg: 'beat failed',
      },
    ]);
  });

  it('leaves out what is below its level', () => {
    const { log, lines } = capture('warn');
    log.debug('a');
    log.info('b');
    log.error('c');
    expect(lines().map(({ msg }) => msg)).toEqual(['c']);
  });

  it('hides secrets and words, at the top, below it, and in what a child adds', () => {
    const { log, lines } = capture();
    const secret = 'do not print me';
    log.info('top', { token: secret, text: secret, audio: secret, resume_token: secret });
    log.info('below', { session: { id: 'sess_1', text: secret }, deep: { er: { token: secret } } });
    log.child({ token: secret, session: 'sess_1' }).info('child');
    expect(JSON.stringify(lines())).not.toContain(secret);
    expect(lines().map((line) => line['session'])).toEqual([
      undefined,
      { id: 'sess_1', text: '[redacted]' },
      'sess_1',
    ]);
  });

  it('has no line that could be taken for the ready line', () => {
    const { log, lines } = capture();
    log.info('fleet event', { type: 'ready' });
    log.child({ type: 'ready' }).info('child');
    expect(lines().map(({ type, kind }) => ({ type, kind }))).toEqual([
      { type: undefined, kind: 'ready' },
      { type: undefined, kind: 'ready' },
    ]);
  });
});
