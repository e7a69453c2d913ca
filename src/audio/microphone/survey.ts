/** Asks a machine what it has to record with: programs, a sound server, microphones. */
import {
  type AudioDevice,
  parseAlsaDevices,
  parseAvfoundationDevices,
  parseDshowDevices,
  parsePulseSources,
} from './devices.ts';
import type { RecorderFacts, RecorderProgram } from './recorder.ts';
import { runProgram } from './run-program.ts';

/** How each says that it is there. */
const VERSION_FLAG: Readonly<Record<RecorderProgram, string>> = {
  parec: '--version',
  arecord: '--version',
  ffmpeg: '-version',
  sox: '--version',
};

/** Takes tens of milliseconds; a sound server that hangs is given five seconds. */
export async function surveyRecorders(): Promise<RecorderFacts> {
  const names = Object.keys(VERSION_FLAG) as RecorderProgram[];
  const [pulse, ...answers] = await Promise.all([
    runProgram('pactl', ['info']),
    ...names.map((name) => runProgram(name, [VERSION_FLAG[name]])),
  ]);
  return {
    platform: process.platform,
    programs: new Set(names.filter((_, index) => answers[index]?.type === 'ended')),
    hasPulse: pulse.type === 'ended' && pulse.isOk,
  };
}

/** The microphones in the words of the recorder that would be used; undefined where nothing can list them. */
export async function listDevices(facts: RecorderFacts): Promise<readonly AudioDevice[] | undefined> {
  const { platform, programs, hasPulse } = facts;
  if (platform === 'linux' && hasPulse) {
    const [sources, info] = await Promise.all([output('pactl', 'list', 'sources'), output('pactl', 'info')]);
    return parsePulseSources(sources, info);
  }
  if (platform === 'linux' && programs.has('arecord')) return parseAlsaDevices(await output('arecord', '-L'));
  if (platform === 'darwin' && programs.has('ffmpeg')) {
    return parseAvfoundationDevices(await output('ffmpeg', ...listingOf('avfoundation', '')));
  }
  if (platform === 'win32' && programs.has('ffmpeg')) {
    return parseDshowDevices(await output('ffmpeg', ...listingOf('dshow', 'dummy')));
  }
  return undefined;
}

function listingOf(system: string, input: string): readonly string[] {
  return ['-hide_banner', '-f', system, '-list_devices', 'true', '-i', input];
}

/** Both streams: ffmpeg lists on stderr, and fails because there is no input. */
async function output(program: string, ...args: readonly string[]): Promise<string> {
  const answer = await runProgram(program, args);
  return answer.type === 'missing' ? '' : answer.stdout + answer.stderr;
}
