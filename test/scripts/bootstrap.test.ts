import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { requireNode } from '../../scripts/bootstrap.mjs';
import { findProgram } from '../../scripts/system-parts.mjs';

describe('requireNode', () => {
  it.each(['20.19.0', '20.20.2', '22.0.0', '24.11.0'])('accepts %s', (version) => {
    expect(() => {
      requireNode(version);
    }).not.toThrow();
  });

  it.each(['20.18.3', '18.20.4', '9.11.2'])('refuses %s and says what to do', (version) => {
    expect(() => {
      requireNode(version);
    }).toThrow(new RegExp(`Node ${version.replaceAll('.', '\\.')} is too old.*20\\.19.*\\n.*nodejs\\.org`));
  });
});

describe('findProgram', () => {
  const folder = mkdtempSync(join(tmpdir(), 'rt-path-'));

  beforeEach(() => {
    vi.stubEnv('PATH', folder);
    mkdirSync(folder, { recursive: true });
  });

  afterEach(() => {
    vi.unstubAllEnvs();
    rmSync(folder, { recursive: true });
  });

  it('finds a program on PATH before the usual places', () => {
    writeFileSync(join(folder, 'env'), '', { mode: 0o755 });
    expect(findProgram('env')).toBe(join(folder, 'env'));
  });

  it('looks in the usual places when PATH lacks them', () => {
    expect(findProgram('env')).toMatch(/^\/.*bin\/env$/);
  });

  it('takes neither folders nor files that cannot be run', () => {
    mkdirSync(join(folder, 'rt-no-such-program'));
    expect(findProgram('rt-no-such-program')).toBeUndefined();
    rmSync(join(folder, 'rt-no-such-program'), { recursive: true });
    writeFileSync(join(folder, 'rt-no-such-program'), '', { mode: 0o644 });
    expect(findProgram('rt-no-such-program')).toBeUndefined();
  });
});
