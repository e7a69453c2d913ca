import { describe, expect, it } from 'vitest';
import {
  type AudioDevice,
  chooseDevice,
  parseAlsaDevices,
  parseAvfoundationDevices,
  parseDshowDevices,
  parsePulseSources,
} from '../../../src/audio/microphone/devices.ts';

const PACTL_SOURCES = `Source #0
	State: SUSPENDED
	Name: alsa_output.pci-0000.analog-stereo.monitor
	Description: Monitor of Built-in Audio
	Monitor of Sink: alsa_output.pci-0000.analog-stereo
	Properties:
		device.description = "Monitor of Built-in Audio"

Source #3
	State: RUNNING
	Name: alsa_input.usb-Jabra
	Description: Jabra Link 380 Mono
	Monitor of Sink: n/a
`;

const ARECORD = `null
    Discard all samples (playback) or generate zero samples (capture)
default
    Playback/recording through the PulseAudio sound server
plughw:CARD=PCH,DEV=0
    HDA Intel PCH, ALC257 Analog
    Hardware device with all software conversions
`;

const AVFOUNDATION = `[AVFoundation indev @ 0x7f] AVFoundation video devices:
[AVFoundation indev @ 0x7f] [0] FaceTime HD Camera
[AVFoundation indev @ 0x7f] AVFoundation audio devices:
[AVFoundation indev @ 0x7f] [0] MacBook Pro Microphone
[AVFoundation indev @ 0x7f] [1] AirPods
: Input/output error`;

const DSHOW = `[dshow @ 000001] "Integrated Camera" (video)
[dshow @ 000001] "Microphone (Realtek(R) Audio)" (audio)
[dshow @ 000001]   Alternative name "@device_cm_{33D9A762}"`;

const plain = { isDefault: false, isMonitor: false };

describe('[STR-9] the list of microphones', () => {
  it('[STR-9] is read from PulseAudio, with the default and what is played told apart', () => {
    expect(parsePulseSources(PACTL_SOURCES, 'Default Source: alsa_input.usb-Jabra\n')).toEqual([
      {
        ...plain,
        id: 'alsa_output.pci-0000.analog-stereo.monitor',
        name: 'Monitor of Built-in Audio',
        isMonitor: true,
      },
      { ...plain, id: 'alsa_input.usb-Jabra', name: 'Jabra Link 380 Mono', isDefault: true },
    ]);
    expect(parsePulseSources('', '')).toEqual([]);
  });

  it('is read from ALSA without the device that is none', () => {
    expect(parseAlsaDevices(ARECORD)).toEqual([
      {
        ...plain,
        id: 'default',
        name: 'Playback/recording through the PulseAudio sound server',
        isDefault: true,
      },
      { ...plain, id: 'plughw:CARD=PCH,DEV=0', name: 'HDA Intel PCH, ALC257 Analog' },
    ]);
  });

  it('is read from ffmpeg on macOS and Windows', () => {
    expect(parseAvfoundationDevices(AVFOUNDATION)).toEqual([
      { ...plain, id: '0', name: 'MacBook Pro Microphone', isDefault: true },
      { ...plain, id: '1', name: 'AirPods' },
    ]);
    expect(parseDshowDevices(DSHOW)).toEqual([
      { ...plain, id: 'Microphone (Realtek(R) Audio)', name: 'Microphone (Realtek(R) Audio)' },
    ]);
  });
});

describe('chooseDevice', () => {
  const device = (id: string, name: string, isMonitor = false): AudioDevice => ({
    ...plain,
    id,
    name,
    isMonitor,
  });
  const devices = [
    device('usb.monitor', 'Monitor of Jabra Link', true),
    device('usb', 'Jabra Link'),
    device('pci', 'Built-in Audio'),
    device('pci2', 'Built-in Line'),
  ];
  const choose = (wanted: string): string => {
    const choice = chooseDevice(devices, wanted);
    return choice.type === 'device' ? choice.device.id : choice.type;
  };

  it('[STR-9] goes by id or name, else by a part that only one microphone has', () => {
    expect(choose('pci')).toBe('pci');
    expect(choose('Built-in Line')).toBe('pci2');
    expect(choose('jabra')).toBe('usb');
    expect(choose('monitor of')).toBe('usb.monitor');
    expect(choose('built-in')).toBe('ambiguous');
    expect(choose('sony')).toBe('none');
  });
});
