import { describe, expect, it } from 'vitest';
import { checkConfigFile } from '../../src/config/check-file.ts';

const wrong = (text: string, owner: 'user' | 'project' = 'user'): readonly string[] =>
  checkConfigFile('f.toml', text, owner).map(({ message }) => message);

describe('checking a configuration file', () => {
  it('[CFG-10] tells everything that is wrong, each with its line', () => {
    const faults = checkConfigFile(
      'f.toml',
      'current_context = "prd"\ngatway = "ws://a"\n\n[worker]\nheartbeat = 2\n\n[contexts.prod]\nredis = "redis://a"\ngateway = "http://b"\n',
      'user',
    );
    expect(faults.map(({ message, hint }) => [message, hint])).toEqual([
      ['f.toml:2: unknown key gatway', 'Did you mean gateway?'],
      ['f.toml:5: worker.heartbeat cannot be "2"', expect.stringContaining('a duration with its unit')],
      ['f.toml:9: contexts.prod.gateway cannot be "http://b"', expect.stringContaining('ws://')],
      ['f.toml:1: there is no context prd', 'Did you mean prod?'],
    ]);
  });

  it('[CFG-9] names the line and the key that was meant', () => {
    expect(wrong('[contexts.prod]\nreddis = "x"\n')).toEqual(['f.toml:2: unknown key reddis']);
    expect(wrong('[contexts.a]\nredis = "x"\n', 'project')).toEqual([
      "f.toml: contexts belong in the user's own file",
    ]);
  });

  it('[CFG-10] says where TOML ends to be TOML, and finds nothing wrong in a good file', () => {
    expect(wrong('redis = \n')[0]).toMatch(/^f\.toml:1: /);
    expect(wrong('redis = "redis://a"\n[contexts.a]\nread_only = true\n')).toEqual([]);
  });
});
