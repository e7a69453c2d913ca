/** A crowd of `rt bench` from its settings: the wire it speaks, what it says, and what its cluster holds. */
import { SAMPLE_RATE } from '../audio/frame.ts';
import { systemClock } from '../base/clock.ts';
import { DEMO_CLIP, readClips } from '../bench/clips.ts';
import type { CrowdOptions } from '../bench/crowd/run-crowd.ts';
import { createProgram } from '../bench/program.ts';
import { createRtWire } from '../bench/wires/rt-wire.ts';
import type { CrowdConfig } from '../config/settings/bench-rows.ts';

const CONNECT_TIMEOUT_MS = 10_000;

/** @throws RtError file_unreadable, invalid_audio, component_missing */
export async function prepareCrowd(
  config: CrowdConfig,
  { gateway, signal }: { readonly gateway: string; readonly signal: AbortSignal },
): Promise<CrowdOptions> {
  const { model, frameMs, seed } = config;
  const samplesOf = (ms: number): number => (ms * SAMPLE_RATE) / 1000;
  const clips = await readClips(config.audio ?? [DEMO_CLIP]);
  return {
    wire: createRtWire({ gateway, model, vad: true, connectTimeoutMs: CONNECT_TIMEOUT_MS }),
    program: createProgram(clips, {
      gapSamples: samplesOf(config.gapMs),
      frameSamples: samplesOf(frameMs),
    }),
    ...{ frameMs, seed, signal },
    drainMs: config.drainS * 1000,
    clock: systemClock,
  };
}
