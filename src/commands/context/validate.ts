import { Args, type Interfaces } from '@oclif/core';
import { worstOf, type Finding } from '../../app/doctor/finding.ts';
import { systemClock } from '../../base/clock.ts';
import { RtError } from '../../base/errors.ts';
import { safeText } from '../../base/terminal-text.ts';
import type { Examples } from '../../cli/base-command.ts';
import { ConfigCommand } from '../../cli/config-command.ts';
import { exitCodeOf } from '../../cli/exit-codes.ts';
import { contextNamed, readContexts } from '../../config/contexts.ts';
import { redisWithPassword } from '../../config/password-file.ts';
import { gatherSettings } from '../../config/raw.ts';
import { resolveSection } from '../../config/resolve.ts';
import { type GlobalConfig, globalSection } from '../../config/settings/global.ts';

const STEP_TIMEOUT_MS = 3000;

export default class ContextValidate extends ConfigCommand {
  static override summary: string =
    'Connect to the Redis and the gateway of a context, and say what answers.';
  static override description: string =
    'Without NAME: the one in use. Changes nothing. Ends with 5 when one of them does not answer as it must, and with 3 ' +
    'when what is kept cannot be used.';
  static override examples: Examples = [
    { description: 'The one in use:', command: 'rt context validate' },
    { description: 'Another one:', command: 'rt context validate prod' },
    { description: 'More about it:', command: 'rt doctor redis net tls --context prod' },
  ];
  static override args: Interfaces.ArgInput = {
    name: Args.string({ description: 'Name of the context.', ignoreStdin: true }),
  };

  override async run(): Promise<unknown> {
    const contexts = readContexts();
    const name = this.operands[0] ?? contexts.current;
    if (name === undefined) {
      throw new RtError('not_found', 'No context is in use', { hint: 'Name one: rt context validate NAME' });
    }
    const kept = contextNamed(contexts, name);
    // As any command would have it with --context, which is stronger than the environment.
    const resolved = resolveSection(globalSection, gatherSettings({ flags: { context: name } }));
    const findings = await this.findings(
      { ...resolved.values, redis: redisWithPassword(resolved) },
      { hasRedis: kept.has('redis'), hasGateway: kept.has('gateway') },
    );
    const isWell = worstOf(findings) !== 'fail';
    if (!this.jsonEnabled()) this.print(findings);
    this.judge(name, isWell);
    return {
      schema: 'rt.context-validate/v1',
      name,
      valid: isWell,
      checks: findings.map(({ name: check, status, text, hint }) => ({
        name: check,
        status,
        text,
        hint: hint ?? null,
      })),
    };
  }

  private async findings(
    { redis: url, prefix, gateway }: GlobalConfig,
    { hasRedis, hasGateway }: { readonly hasRedis: boolean; readonly hasGateway: boolean },
  ): Promise<readonly Finding[]> {
    const { gatherRedisFacts } = await import('../../app/doctor/redis-facts.ts');
    const { judgeRedisFacts } = await import('../../app/doctor/judge-redis-facts.ts');
    const { gatherNetFacts } = await import('../../app/doctor/net-facts.ts');
    const { judgeNet } = await import('../../app/doctor/judge-net.ts');
    const clock = systemClock;
    const timeoutMs = Math.min(this.global.timeoutMs ?? STEP_TIMEOUT_MS, STEP_TIMEOUT_MS);
    const redis = hasRedis
      ? judgeRedisFacts(await gatherRedisFacts({ url, prefix, clock, timeoutMs, mayWrite: false }))
      : [];
    const net = hasGateway
      ? judgeNet(await gatherNetFacts({ gateway, clock, timeoutMs, mayOpen: false }))
      : [];
    return [
      ...redis.map((finding) => ({ ...finding, name: `redis ${finding.name}` })),
      ...net.map((finding) => ({ ...finding, name: `gateway ${finding.name}` })),
    ].filter(({ status }) => status !== 'skip');
  }

  private print(findings: readonly Finding[]): void {
    for (const { name, status, text, hint } of findings) {
      this.output.line(safeText(`${status.toUpperCase().padEnd(4)}  ${name.padEnd(20)}  ${text}`));
      if (hint !== undefined && status !== 'ok') this.output.line(safeText(`${' '.repeat(28)}${hint}`));
    }
  }

  /** The document is printed in any case. */
  private judge(name: string, isWell: boolean): void {
    if (isWell) return;
    const fault = new RtError(
      'gateway_unreachable',
      `The context ${name} does not lead to a working cluster`,
      {
        hint: `Do what the lines with FAIL say, or look closer with: rt doctor --context ${name}`,
      },
    );
    if (!this.jsonEnabled()) throw fault;
    process.exitCode = exitCodeOf(fault);
  }
}
