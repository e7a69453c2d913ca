/**
 * Runs a command in a network namespace of its own, in which only loopback exists.
 *
 * The peer has no flag for its address and listens on every interface: here nobody outside can reach it. The
 * command gets process ids of its own as well, so whatever it started ends with it, also when it is killed.
 * Servers and generator of one measurement run in one such namespace, each measurement in a fresh one.
 */
import { spawn, spawnSync } from 'node:child_process';

const ISOLATE = ['--map-root-user', '--net', '--pid', '--fork', '--kill-child', '--mount-proc'];

/** Without iproute2: SIOCSIFFLAGS with IFF_UP | IFF_RUNNING for `lo`. */
const RAISE_IN_PYTHON = [
  'import fcntl, socket, struct',
  's = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)',
  "fcntl.ioctl(s, 0x8914, struct.pack('16sH14x', b'lo', 0x41))",
].join('\n');

const RAISE_LOOPBACK = `
if command -v ip > /dev/null; then ip link set lo up
else python3 -c "$RAISE_IN_PYTHON"; fi || exit 1
exec "$@"`;

/**
 * Why there can be no namespace on this machine, or undefined where there can.
 *
 * @returns {string | undefined}
 */
export function namespaceFault() {
  const { status, error, stderr } = spawnSync('unshare', [...ISOLATE, 'true'], { encoding: 'utf8' });
  if (status === 0) return undefined;
  if (error)
    return 'There is no `unshare` here: measuring the peer needs Linux with util-linux 2.32 or newer.';
  return `\`unshare\` refused (${stderr.trim()}): allow user namespaces (kernel.unprivileged_userns_clone=1) or run as root.`;
}

/**
 * Runs a command in a fresh namespace and resolves with what it printed.
 *
 * @param {readonly string[]} command
 * @param {{ limitMs: number, env?: Record<string, string> }} options longest time it may take
 * @returns {Promise<string>} its stdout
 * @throws when it fails or takes longer
 */
export function runIsolated(command, { limitMs, env = {} }) {
  const child = spawn('unshare', [...ISOLATE, 'sh', '-c', RAISE_LOOPBACK, 'sh', ...command], {
    env: { ...process.env, ...env, RAISE_IN_PYTHON },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const what = command.slice(0, 2).join(' ');
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (text) => (stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text) => (stderr += text));
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => child.kill('SIGKILL'), limitMs);
    child.once('error', reject);
    child.once('close', (code, signal) => {
      clearTimeout(timer);
      if (code === 0) resolve(stdout);
      else reject(new Error(`${what} ended with ${signal ?? code}\n${stderr.slice(-2000)}`));
    });
  });
}
