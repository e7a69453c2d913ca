import { expect, it } from 'vitest';
import { endpointOf } from '../../src/app/advertise.ts';

it.each([
  [{ host: '127.0.0.1', port: 9000 }, 'ws://127.0.0.1:9000'],
  [{ host: '10.0.0.7', port: 9000 }, 'ws://10.0.0.7:9000'],
  [{ host: '0.0.0.0', port: 9000 }, 'ws://asr-7:9000'],
  [{ host: '::', port: 9000 }, 'ws://asr-7:9000'],
  [{ host: '::1', port: 9000 }, 'ws://[::1]:9000'],
])('%o is dialled at %s', (bound, endpoint) => {
  expect(endpointOf(bound, 'asr-7')).toBe(endpoint);
});
