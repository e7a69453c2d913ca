import { describe, expect, it } from 'vitest';
import { planStreamInputs } from '../../src/app/stream-inputs.ts';
import { systemClock } from '../../src/base/clock.ts';
import { resolveSection } from '../../src/config/resolve.ts';
import { type StreamConfig, streamSection } from '../../src/config/settings/stream.ts';

const DEFAULTS: StreamConfig = resolveSection(streamSection, []).values;

const plan = (operands: readonly string[], changes: Partial<StreamConfig> = {}) =>
  planStreamInputs({ ...DEFAULTS, ...changes }, operands, systemClock);

describe('planStreamInputs', () => {
  it('names inputs by their file, or wholly where two files have one name', () => {
    const inputs = plan(['a/call.wav', 'b/call.wav', 'c.wav', 'http://host/d.wav', '-']);
    expect(inputs.map(({ name }) => name)).toEqual(['a/call.wav', 'b/call.wav', 'c.wav', 'd.wav', '-']);
    expect(inputs.map(({ source }) => source.isLive)).toEqual([false, false, false, false, true]);
  });

  it('[STR-9] is one microphone', () => {
    expect(plan([], { mic: true, device: 'usb' })).toMatchObject([
      { isMicrophone: true, source: { isLive: true } },
    ]);
  });

  it.each<[string, readonly string[], Partial<StreamConfig>]>([
    ['nothing', [], {}],
    ['a microphone beside files', ['a.wav'], { mic: true }],
    ['a device without a microphone', ['a.wav'], { device: 'usb' }],
    ['standard input twice', ['-', '-'], {}],
    ['subtitles of several at once', ['a', 'b'], { parallel: 2, format: 'vtt' }],
  ])('[STR-18] refuses %s', (_, operands, changes) => {
    expect(() => plan(operands, changes)).toThrow(expect.objectContaining({ code: 'usage' }));
  });

  it('takes subtitles of several one after the other, and of one', () => {
    expect(plan(['a', 'b'], { format: 'srt' })).toHaveLength(2);
    expect(plan(['a'], { format: 'srt', parallel: 4 })).toHaveLength(1);
  });
});
