import { build } from '../../scripts/build.mjs';

/** Engine threads and the commands run from dist/, so it is brought up to date once per test run. */
export default function setup(): void {
  build({ allowTypeErrors: true });
}
