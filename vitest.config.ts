import { defineConfig } from 'vitest/config';
import { chosenPython } from './scripts/python.mjs';

const SUFFIXED = [
  'test/**/*.model.test.ts',
  'test/**/*.redis.test.{ts,tsx}',
  'test/**/*.audio.test.ts',
  'test/**/*.e2e.test.ts',
];

/**
 * Files share the modules of their worker process: loading those anew for each of two hundred files took more of the
 * processor than the tests. So no file may leave anything behind in a module, in the environment or in a global.
 */
const unit = {
  name: 'unit',
  include: ['test/**/*.test.{ts,tsx}'],
  exclude: SUFFIXED,
  isolate: false,
  // Ten times what the slowest takes, for whatever else the machine does.
  testTimeout: 20_000,
};

/** A model in ONNX Runtime: seconds of arithmetic on all cores, which `npm run check` leaves to `npm test`. */
const model = { name: 'model', include: ['test/**/*.model.test.ts'], isolate: false, testTimeout: 20_000 };

const redis = { name: 'redis', include: ['test/**/*.redis.test.{ts,tsx}'], testTimeout: 20_000 };

/** The built commands as processes of their own, one file at a time: they share the cores and measure time. */
const e2e = {
  name: 'e2e',
  include: ['test/{e2e,deploy}/**/*.e2e.test.ts'],
  fileParallelism: false,
  // Rehearsals run side by side, each a cluster of six processes.
  maxConcurrency: 3,
  testTimeout: 60_000,
  hookTimeout: 60_000,
};

/** Real recordings that are not in the repository: RT_TEST_AUDIO names the folder that holds them. */
const audio = {
  name: 'audio',
  include: ['test/**/*.audio.test.ts'],
  fileParallelism: false,
  testTimeout: 60_000,
};

const always = [unit, model, redis, e2e];
const projects = process.env['RT_TEST_AUDIO'] ? [...always, audio] : always;

const python = chosenPython();

export default defineConfig({
  test: {
    globalSetup: ['test/support/global-setup.ts'],
    // The interpreter that `npm test` chose, also when a single file is run.
    env: python === undefined ? {} : { RT_TEST_PYTHON: python },
    clearMocks: true,
    disableConsoleIntercept: true,
    maxWorkers: 2,
    passWithNoTests: true,
    projects: projects.map((test, order) => ({
      extends: true,
      test: { ...test, sequence: { groupOrder: order } },
    })),
  },
});
