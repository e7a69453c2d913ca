import { expect, it } from 'vitest';
import { createClosing, openOrClose } from '../../src/app/closing.ts';
import { silentLogger } from '../../src/base/log.ts';
import { createFakeClock } from '../support/fake-clock.ts';

function createRecorder() {
  const clock = createFakeClock();
  const closing = createClosing({ clock, log: silentLogger });
  const closed: string[] = [];
  const add = (name: string): void => closing.add(name, () => void closed.push(name));
  return { clock, closing, closed, add };
}

it('closes in the reverse order, once', async () => {
  const { closing, closed, add } = createRecorder();
  add('registry');
  add('server');
  await Promise.all([closing.close(), closing.close()]);
  expect(closed).toEqual(['server', 'registry']);
});

it('goes on past a step that fails and one that hangs', async () => {
  const { clock, closing, closed, add } = createRecorder();
  add('registry');
  closing.add('failing', () => Promise.reject(new Error('no')));
  closing.add('hanging', () => new Promise(() => {}));
  const done = closing.close();
  await clock.advance(5_000);
  await done;
  expect(closed).toEqual(['registry']);
  expect(clock.sleepers()).toBe(0);
});

it('closes what a failed start had opened, and passes the failure on', async () => {
  const { closing, closed, add } = createRecorder();
  const start = openOrClose(closing, async () => {
    add('registry');
    throw new Error('port in use');
  });
  await expect(start).rejects.toThrow('port in use');
  expect(closed).toEqual(['registry']);
});
