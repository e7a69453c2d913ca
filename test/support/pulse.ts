/**
 * A microphone without a sound card: a private PulseAudio server with a sink that nobody hears and a source that hears
 * it. A missing pulseaudio skips on a developer's machine and fails where CI=true.
 */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

export interface PulseServer {
  /** What a process needs to find it. */
  readonly environment: Readonly<Record<string, string>>;
  /** Speaks a WAV file into the microphone; resolves when it has been said. */
  speak(path: string): Promise<void>;
  /** Takes the server away, as a crash does. */
  kill(): Promise<void>;
  stop(): Promise<void>;
}

const PROGRAMS = ['pulseaudio', 'pactl', 'paplay', 'parec'];

/** False when there is no PulseAudio; throws instead when CI=true. */
export const hasPulse: boolean = probe();

function probe(): boolean {
  const missing = PROGRAMS.filter((program) => spawnSync(program, ['--version']).status !== 0);
  if (missing.length === 0) return true;
  if (process.env['CI'] === 'true')
    throw new Error(`${missing.join(', ')} missing: apt-get install pulseaudio pulseaudio-utils`);
  return false;
}

/** Starts a server whose default source is `rtmic`, "Test microphone". */
export async function startPulse(): Promise<PulseServer> {
  const folder = mkdtempSync(join(tmpdir(), 'rt-pulse-'));
  const socket = join(folder, 'native');
  const environment = {
    HOME: folder,
    XDG_RUNTIME_DIR: folder,
    PULSE_RUNTIME_PATH: folder,
    PULSE_SERVER: `unix:${socket}`,
  };
  const env = { PATH: process.env['PATH'], ...environment };
  const modules = [
    `module-native-protocol-unix socket=${socket} auth-anonymous=1`,
    'module-null-sink sink_name=rtsink rate=16000 channels=1',
    'module-remap-source master=rtsink.monitor source_name=rtmic source_properties=device.description="Test\\ microphone"',
  ];
  const quiet = ['-n', '--daemonize=no', '--exit-idle-time=-1', '--disallow-exit', '--use-pid-file=no'];
  const calm = ['--realtime=no', '--high-priority=no'];
  const server = spawn('pulseaudio', [...quiet, ...calm, ...modules.flatMap((name) => ['-L', name])], {
    env,
    stdio: 'ignore',
  });
  const killLeftOver = (): void => void server.kill('SIGKILL');
  process.once('exit', killLeftOver);
  for (
    let attempt = 0;
    spawnSync('pactl', ['set-default-source', 'rtmic'], { env }).status !== 0;
    attempt++
  ) {
    if (attempt > 100) throw new Error('pulseaudio did not answer within 10 s');
    await sleep(100);
  }
  const kill = async (): Promise<void> => {
    if (isOver(server)) return;
    server.kill('SIGKILL');
    await once(server, 'exit');
  };
  return {
    environment,
    kill,
    async speak(path) {
      const player = spawn('paplay', ['--device=rtsink', path], { env, stdio: 'ignore' });
      await once(player, 'exit');
    },
    async stop() {
      await kill();
      process.off('exit', killLeftOver);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function isOver(child: ChildProcess): boolean {
  return child.exitCode !== null || child.signalCode !== null;
}
