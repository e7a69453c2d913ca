import { describe, expect, it } from 'vitest';
import { RtError } from '../../../src/base/errors.ts';
import { completeToxic, parseToxicText } from '../../../src/chaos/proxy/parse-toxic.ts';

describe('a toxic as text', () => {
  it.each([
    ['down', { kind: 'down', direction: 'both', toxicity: 1 }],
    ['latency:ms=200', { kind: 'latency', ms: 200, jitter_ms: 0, direction: 'both', toxicity: 1 }],
    [
      'slicer:bytes=10,jitter=5,delay_us=100,direction=up,toxicity=0.25',
      { kind: 'slicer', bytes: 10, jitter: 5, delay_us: 100, direction: 'up', toxicity: 0.25 },
    ],
    ['reorder', { kind: 'reorder', probability: 1, hold_ms: 100, direction: 'both', toxicity: 1 }],
  ])('[CHA-30] %s', (text, toxic) => {
    expect(parseToxicText(text)).toEqual({ toxic, route: undefined, name: undefined });
  });

  it('[CHA-30] may have a name and a route, digits included', () => {
    expect(parseToxicText('timeout:name=7,route=r2')).toMatchObject({ name: '7', route: 'r2' });
  });

  it.each([
    ['latencies:ms=1', 'There is no toxic "latencies"', /^Known: latency, down, bandwidth, /],
    ['latency', 'latency: ms is missing', /^Give it a number from 0 to 86400000\.$/],
    ['latency:ms=fast', 'latency: ms cannot be "fast"', /number/],
    [
      'latency:ms=1,kb_s=2',
      'latency has no attribute "kb_s"',
      /^It has ms, jitter_ms, direction, toxicity, name\.$/,
    ],
    ['limit_data:bytes=1.5', 'limit_data: bytes cannot be 1.5', /whole number/],
    ['latency:ms=1,direction=left', 'latency: direction cannot be "left"', /up, down, both/],
    ['latency:ms=1,toxicity=2', 'latency: toxicity cannot be 2', /from 0 to 1/],
    ['latency:ms=1,ms=2', '"ms=2" must be NAME=VALUE, once', /latency:ms=200/],
    ['latency:ms', '"ms" must be NAME=VALUE, once', /latency:ms=200/],
    ['latency:ms=1,name=a b', 'A toxic cannot be named "a b"', /letters/],
    ['down:toxicity=0.5', 'down refuses every connection', /reset_peer/],
  ])('[CHA-31] %s is refused with what is allowed', (text, message, hint) => {
    let fault: unknown;
    try {
      parseToxicText(text);
    } catch (error) {
      fault = error;
    }
    expect(fault).toBeInstanceOf(RtError);
    expect(fault).toMatchObject({
      code: 'usage',
      message: expect.stringContaining(message),
      hint: expect.stringMatching(hint),
    });
  });

  it('[CHA-31] a number that is a text is refused where types are known', () => {
    expect(() => completeToxic({ kind: 'latency', ms: '5' }, 'invalid_parameters')).toThrow('cannot be "5"');
  });
});
