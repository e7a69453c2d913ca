import type { Interfaces } from '@oclif/core';
import { BaseCommand, type Examples } from '../cli/base-command.ts';
import { logLevelOf } from '../cli/engine-options.ts';
import { EXIT_OK } from '../cli/exit-codes.ts';
import { flagsOf } from '../cli/flags.ts';
import { serve } from '../cli/serve.ts';
import { renderTable } from '../cli/table.ts';
import { mockSection } from '../config/settings/mock.ts';

export default class Mock extends BaseCommand {
  static override summary: string = 'Run a gateway of made-up words, to test how a client takes trouble.';
  static override description: string =
    'Each connection says what is to happen to it: by the parameter mock=NAME, by a token mock:NAME in the URL or as a ' +
    'bearer, or by the first part of the path. So one mock serves many tests at once. It remembers nothing; sessions ' +
    'with acks=true can be resumed all the same. docs/chaos.md says more.';
  static override examples: Examples = [
    { description: 'What it can do:', command: 'rt mock --list' },
    { description: 'On a port of its own:', command: 'rt mock --listen 127.0.0.1:8090' },
    {
      description: 'How rt stream takes a full gateway:',
      command: 'rt stream call.wav --gateway ws://127.0.0.1:8090/no_capacity=5s',
    },
  ];
  static override flags: Interfaces.FlagInput = flagsOf(mockSection);

  override async run(): Promise<unknown> {
    const config = this.settings(mockSection);
    if (config.list) return this.list();
    const { refuseOpenListen } = await import('../app/listen-guard.ts');
    refuseOpenListen([config.listen], config.insecureNoAuth);
    const { startMock } = await import('../app/mock.ts');
    const start = () => startMock({ logLevel: logLevelOf(this.global, 'info'), listen: config.listen });
    await serve(start, {
      ...config,
      drainTimeoutMs: 0,
      output: this.output,
      version: this.config.version,
      next: 'Behaviours: rt mock --list',
    });
    this.exit(EXIT_OK);
  }

  private async list(): Promise<unknown> {
    const { listBehaviours } = await import('../chaos/mock/behaviour.ts');
    const behaviours = listBehaviours();
    if (!this.jsonEnabled()) {
      const columns = [{ header: 'BEHAVIOUR' }, { header: 'WHAT A CLIENT MEETS' }];
      this.output.line(
        renderTable(
          columns,
          behaviours.map(({ text, doc }) => [text, doc]),
        ),
      );
    }
    return { schema: 'rt.mock/v1', behaviours };
  }
}
