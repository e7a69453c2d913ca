/** From what a command was told to the beacon engine it asks for, if it does. */
import { RtError } from '../base/errors.ts';
import type { EngineConfig } from '../config/settings/worker.ts';
import { BEACON_FAULT_FORMS, parseBeaconFault } from '../engine/beacon/beacon-fault.ts';
import type { EngineOptions } from './ports.ts';

export type BeaconSettings = Pick<EngineConfig, 'engine' | 'model'> &
  Partial<Pick<EngineConfig, 'provider' | 'threads'>> & {
    /** As on the command line: `KEY=VALUE`. */
    readonly beaconFault?: readonly string[] | undefined;
    readonly explain?: boolean;
  };

/** @throws RtError usage for settings that do not go with the engine, and for faults it does not have */
export function chooseBeacon(settings: BeaconSettings): EngineOptions['beacon'] {
  const { engine, beaconFault = [] } = settings;
  if (engine === 'asr') {
    if (beaconFault.length === 0) return undefined;
    throw new RtError('usage', '--beacon-fault is for the beacon engine alone', {
      hint: 'Add --engine beacon, or leave the fault out.',
    });
  }
  const [misplaced] = speechSettings(settings);
  if (misplaced !== undefined) {
    throw new RtError('usage', `${misplaced} has no meaning for the beacon engine: it has no model`, {
      hint: `Leave ${misplaced} out.`,
    });
  }
  return { faults: beaconFault.map(parseFault) };
}

/** What was asked for that only an engine with a model can do. */
function speechSettings({ model, provider, threads, explain }: BeaconSettings): readonly string[] {
  const isGpu = provider === 'cuda' || provider === 'webgpu';
  return [
    ...((model ?? []).length > 0 ? ['--model'] : []),
    ...(isGpu ? [`--provider ${provider}`] : []),
    ...(threads !== undefined && threads !== 'auto' ? ['--threads'] : []),
    ...(explain === true ? ['--explain'] : []),
  ];
}

function parseFault(text: string): NonNullable<ReturnType<typeof parseBeaconFault>> {
  const fault = parseBeaconFault(text);
  if (fault) return fault;
  throw new RtError('usage', `--beacon-fault does not know "${text}"`, {
    hint: `It knows ${BEACON_FAULT_FORMS}.`,
  });
}
