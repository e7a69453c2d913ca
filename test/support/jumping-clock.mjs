/**
 * A preload (`--import`): the wall clock of the process and its threads is ahead by as many milliseconds as stand in
 * the file TEST_CLOCK_FILE, looked at twenty times a second. What is monotonic, and every timer, goes on as it was,
 * as when somebody sets the time of a machine.
 */
import { readFileSync } from 'node:fs';

const RealDate = Date;
const file = process.env['TEST_CLOCK_FILE'] ?? '';
let aheadMs = 0;
setInterval(look, 50).unref();
look();

function look() {
  aheadMs = Number(readFileSync(file, 'utf8')) || 0;
}

const now = () => RealDate.now() + aheadMs;

globalThis.Date = new Proxy(RealDate, {
  construct: (target, args) => (args.length === 0 ? new target(now()) : new target(...args)),
  apply: () => new RealDate(now()).toString(),
  get: (target, key) => (key === 'now' ? now : Reflect.get(target, key)),
});
