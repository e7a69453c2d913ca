import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';

const GITHUB = 'deploy/ci/github-actions.yml';
const GITLAB = 'deploy/ci/gitlab-ci.yml';
const RECIPE = 'deploy/ci/check-deployment.sh';
const GITHUB_PARSER = resolve('test/deploy/github-workflow-errors.mjs');
const GITLAB_TOOL = resolve('node_modules/gitlab-ci-local/src/index.js');

/** What GitHub's own parser says of a workflow. */
function githubErrors(input: string): unknown {
  const { stdout } = spawnSync(process.execPath, [GITHUB_PARSER], { encoding: 'utf8', input });
  return JSON.parse(stdout);
}

/** What a tool with GitLab's schema makes of a pipeline. */
function readPipeline(change: (text: string) => string = (text) => text): {
  status: number | null;
  said: string;
} {
  const folder = mkdtempSync(join(tmpdir(), 'rt-gitlab-'));
  try {
    writeFileSync(join(folder, '.gitlab-ci.yml'), change(readFileSync(GITLAB, 'utf8')));
    const { status, stdout, stderr } = spawnSync(process.execPath, [GITLAB_TOOL, '--list'], {
      cwd: folder,
      encoding: 'utf8',
    });
    return { status, said: stdout + stderr };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Settings as the head of the recipe lists them. */
function recipeSettings(): ReadonlySet<string> {
  const names = readFileSync(RECIPE, 'utf8').matchAll(/^# {3}([A-Z][A-Z_]+) /gm);
  return new Set([...names].map(([, name]) => name ?? ''));
}

/** What the job that runs the recipe sets for it. */
interface RecipeJob {
  readonly calls: readonly string[];
  readonly settings: readonly string[];
}

function githubJob(): RecipeJob {
  const { jobs } = parse(readFileSync(GITHUB, 'utf8')) as {
    jobs: Record<string, { env?: object; steps: { run?: string; env?: object }[] }>;
  };
  const job = Object.values(jobs)[0];
  const step = job?.steps.find(({ run }) => run?.includes(RECIPE));
  return { calls: [step?.run ?? ''], settings: Object.keys({ ...job?.env, ...step?.env }) };
}

function gitlabJob(): RecipeJob {
  const pipeline = parse(readFileSync(GITLAB, 'utf8')) as Record<
    string,
    { script: string[]; variables: object }
  >;
  const job = pipeline['check-deployment'];
  return { calls: job?.script ?? [], settings: Object.keys(job?.variables ?? {}) };
}

describe('the examples for CI', () => {
  it('[DEP-4] GitHub accepts its one', () => {
    const workflow = readFileSync(GITHUB, 'utf8');
    expect(githubErrors(workflow)).toEqual([]);
    expect(githubErrors(workflow.replace('runs-on:', 'runs_on:'))).not.toEqual([]);
    expect(githubErrors(workflow.replace('github.workspace', 'github.workspase ||'))).not.toEqual([]);
  });

  it('[DEP-4] GitLab accepts its one', () => {
    const { status, said } = readPipeline();
    expect({ status, said }).toMatchObject({ status: 0 });
    expect(said).toMatch(/check-deployment.*deployment/);
    expect(readPipeline((text) => text.replace('when: always', 'when: sometimes'))).toMatchObject({
      status: 1,
    });
  });

  it.each([
    ['GitHub', githubJob],
    ['GitLab', gitlabJob],
  ])('[DEP-4] that of %s calls the check with settings it has', (_name, read) => {
    const { calls, settings } = read();
    expect(calls).toEqual([RECIPE]);
    const known = new Set([...recipeSettings(), 'ONNXRUNTIME_NODE_INSTALL']);
    expect(recipeSettings().size).toBeGreaterThan(15);
    expect(settings.filter((name) => !known.has(name))).toEqual([]);
  });
});
