import { describe, expect, it } from 'vitest';
import { withDeadline } from '../../src/cli/deadline.ts';

describe('withDeadline', () => {
  it('is the signal itself without a time', () => {
    const { signal } = new AbortController();
    expect(withDeadline(signal, undefined)).toBe(signal);
  });

  it('passes on an interruption and its reason', () => {
    const controller = new AbortController();
    const bounded = withDeadline(controller.signal, 60_000);
    controller.abort(new Error('stop'));
    expect(bounded.reason).toEqual(new Error('stop'));
  });

  it('aborts with the fault timeout when the time is over', async () => {
    const bounded = withDeadline(new AbortController().signal, 5);
    await new Promise((resolve) => bounded.addEventListener('abort', resolve));
    expect(bounded.reason).toMatchObject({ code: 'timeout' });
  });
});
