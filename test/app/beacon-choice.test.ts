import { describe, expect, it } from 'vitest';
import { type BeaconSettings, chooseBeacon } from '../../src/app/beacon-choice.ts';

describe('the choice of an engine', () => {
  it('is one that recognises speech unless beacon is asked for', () => {
    expect(chooseBeacon({ engine: 'asr', model: ['/m'] })).toBeUndefined();
    expect(chooseBeacon({ engine: 'beacon', model: undefined })).toEqual({ faults: [] });
  });

  it('[BCN-11] [BCN-14] reads the faults of a beacon engine', () => {
    const beaconFault = ['speed=0.5', 'crash-on-word=7'];
    expect(chooseBeacon({ engine: 'beacon', model: undefined, beaconFault })).toEqual({
      faults: [
        { type: 'speed', factor: 0.5 },
        { type: 'crash', id: 7 },
      ],
    });
  });

  it.each<[Partial<BeaconSettings>, string]>([
    [{ engine: 'asr', beaconFault: ['speed=1'] }, '--beacon-fault is for the beacon engine alone'],
    [{ model: ['/m'] }, '--model has no meaning for the beacon engine: it has no model'],
    [{ provider: 'cuda' }, '--provider cuda has no meaning for the beacon engine: it has no model'],
    [
      { threads: { engines: 2, intraOpThreads: 1 } },
      '--threads has no meaning for the beacon engine: it has no model',
    ],
    [{ explain: true }, '--explain has no meaning for the beacon engine: it has no model'],
    [{ beaconFault: ['speed=1', 'explode=3'] }, '--beacon-fault does not know "explode=3"'],
  ])('[BCN-10] is refused with %j', (settings, message) => {
    const choose = () => chooseBeacon({ engine: 'beacon', model: undefined, provider: 'auto', ...settings });
    expect(choose).toThrow(expect.objectContaining({ code: 'usage', message }) as Error);
  });
});
