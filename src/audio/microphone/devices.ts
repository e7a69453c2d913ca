/** Microphones of a machine, as the programs that know them print them. Names are text of others: not yet safe. */

export interface AudioDevice {
  /** What recorders call it. */
  readonly id: string;
  readonly name: string;
  readonly isDefault: boolean;
  /** It records what is played, not what is spoken. */
  readonly isMonitor: boolean;
}

/** Output of `LC_ALL=C pactl list sources`, and of `pactl info` for the default. */
export function parsePulseSources(sources: string, info: string): readonly AudioDevice[] {
  const standard = /^Default Source: (.+)$/mu.exec(info)?.[1];
  return sources.split(/^Source #\d+$/mu).flatMap((block) => {
    const field = (name: string): string | undefined =>
      new RegExp(`^\\s+${name}: (.+)$`, 'mu').exec(block)?.[1];
    const id = field('Name');
    if (id === undefined) return [];
    const monitored = field('Monitor of Sink');
    return [
      {
        id,
        name: field('Description') ?? id,
        isDefault: id === standard,
        isMonitor: monitored !== undefined && monitored !== 'n/a',
      },
    ];
  });
}

/** Output of `arecord -L`: names at the margin, what they are indented below. */
export function parseAlsaDevices(listed: string): readonly AudioDevice[] {
  return listed.split(/^(?=\S)/mu).flatMap((block) => {
    const [id = '', ...lines] = block.split('\n').map((line) => line.trim());
    // It takes anything and gives silence.
    if (id === '' || id === 'null') return [];
    return [{ id, name: lines[0] || id, isDefault: id === 'default', isMonitor: false }];
  });
}

/** What `ffmpeg -f avfoundation -list_devices true -i ""` says on stderr. */
export function parseAvfoundationDevices(said: string): readonly AudioDevice[] {
  const [, audio = ''] = said.split(/AVFoundation audio devices:/u);
  return [...audio.matchAll(/\[(\d+)\] (.+)$/gmu)].map(([, id = '', name = '']) => ({
    id,
    name,
    isDefault: id === '0',
    isMonitor: false,
  }));
}

/** What `ffmpeg -f dshow -list_devices true -i dummy` says on stderr. */
export function parseDshowDevices(said: string): readonly AudioDevice[] {
  return [...said.matchAll(/"(.+)" \(audio\)$/gmu)].map(([, name = '']) => ({
    id: name,
    name,
    isDefault: false,
    isMonitor: false,
  }));
}

export type DeviceChoice =
  | { readonly type: 'device'; readonly device: AudioDevice }
  | { readonly type: 'none' }
  | { readonly type: 'ambiguous'; readonly devices: readonly AudioDevice[] };

/** The device with that id or name, else the only one whose name or id has it in it, in any case. */
export function chooseDevice(devices: readonly AudioDevice[], wanted: string): DeviceChoice {
  const exact = devices.find(({ id, name }) => id === wanted || name === wanted);
  if (exact !== undefined) return { type: 'device', device: exact };
  const part = wanted.toLowerCase();
  const alike = devices.filter(({ id, name }) => `${name}\n${id}`.toLowerCase().includes(part));
  const spoken = alike.filter(({ isMonitor }) => !isMonitor);
  // What a sound card plays has almost the name of what it records.
  const [device, ...others] = spoken.length > 0 ? spoken : alike;
  if (device === undefined) return { type: 'none' };
  return others.length === 0
    ? { type: 'device', device }
    : { type: 'ambiguous', devices: [device, ...others] };
}
