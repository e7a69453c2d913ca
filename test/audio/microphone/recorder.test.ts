import { describe, expect, it } from 'vitest';
import {
  decideRecorder,
  type RecorderFacts,
  type RecorderProgram,
} from '../../../src/audio/microphone/recorder.ts';

function machine(
  platform: NodeJS.Platform,
  programs: readonly RecorderProgram[],
  hasPulse = false,
): RecorderFacts {
  return { platform, programs: new Set(programs), hasPulse };
}

/** The program and the words around the device. */
function chosen(facts: RecorderFacts, device?: string): string {
  const decision = decideRecorder(facts, device);
  return decision.type === 'missing' ? decision.install : [decision.program, ...decision.args].join(' ');
}

describe('decideRecorder', () => {
  it('[STR-9] takes what the sound system brings along, and ffmpeg or sox where that is not installed', () => {
    const all: readonly RecorderProgram[] = ['parec', 'arecord', 'ffmpeg', 'sox'];
    expect(chosen(machine('linux', all, true))).toMatch(
      /^parec --raw --format=s16le --rate=16000 --channels=1 /,
    );
    expect(chosen(machine('linux', all, false))).toMatch(/^arecord -q -t raw -f S16_LE -r 16000 -c 1 /);
    expect(chosen(machine('linux', ['ffmpeg', 'sox'], true))).toMatch(
      /^ffmpeg .* -f pulse -i default -f s16le/,
    );
    expect(chosen(machine('linux', ['ffmpeg'], false))).toMatch(/ -f alsa -i default /);
    expect(chosen(machine('linux', ['sox'], true))).toMatch(/^sox .* -t pulseaudio default -t raw/);
    expect(chosen(machine('darwin', ['ffmpeg', 'sox']))).toMatch(/ -f avfoundation -i :default /);
    expect(chosen(machine('darwin', ['sox']))).toMatch(/^sox .* -t coreaudio default /);
    expect(chosen(machine('win32', ['sox']))).toMatch(/^sox .* -t waveaudio default /);
    expect(chosen(machine('freebsd', ['sox']))).toMatch(/^sox .* -t oss default /);
  });

  it('[STR-9] names the device in the words of the recorder', () => {
    expect(chosen(machine('linux', ['parec'], true), 'rtmic')).toMatch(/ --device=rtmic$/);
    expect(chosen(machine('linux', ['arecord']), 'hw:1')).toMatch(/ -D hw:1$/);
    expect(chosen(machine('linux', ['ffmpeg'], true), 'rtmic')).toMatch(/ -f pulse -i rtmic /);
    expect(chosen(machine('darwin', ['ffmpeg']), '2')).toMatch(/ -i :2 /);
    expect(chosen(machine('win32', ['ffmpeg']), 'USB Mic')).toMatch(/ -f dshow -i audio=USB Mic /);
  });

  it('[STR-10] says what to install where there is nothing to record with', () => {
    expect(chosen(machine('linux', []))).toContain('apt-get install');
    // parec without a server has nobody to ask.
    expect(chosen(machine('linux', ['parec'], false))).toContain('apt-get install');
    expect(chosen(machine('darwin', []))).toContain('brew install');
    expect(chosen(machine('win32', []))).toContain('winget install');
    expect(chosen(machine('win32', ['ffmpeg']))).toContain('--device');
    expect(chosen(machine('freebsd', ['ffmpeg']))).toContain('rt stream -');
  });
});
