/** What is to be said of the models of this machine. Pure. */
import { basename } from 'node:path';
import { type Finding, fail, ok } from './finding.ts';
import type { BundledModel, ModelsFacts } from './models-facts.ts';

export function judgeModels({ bundled, installed, dir, prefersSigned }: ModelsFacts): readonly Finding[] {
  return [
    ...bundled.map(judgeBundled),
    pulled(installed, dir),
    prefersSigned
      ? ok('int8', 'this processor multiplies bytes in one instruction (VNNI): 8-bit models pay')
      : ok('int8', 'this processor has no VNNI', {
          hint: '8-bit models gain less here; "rt models bench" says what each one sustains.',
        }),
  ];
}

function judgeBundled({ folder, damaged, files, fault }: BundledModel): Finding {
  const name = basename(folder);
  const hint = 'This installation is damaged: install rt again.';
  if (fault !== undefined) return fail(name, fault, { hint });
  if (damaged.length > 0) return fail(name, damaged.join(', '), { hint });
  return ok(name, `${String(files)} ${files === 1 ? 'file is' : 'files are'} what the card says`);
}

function pulled(installed: ModelsFacts['installed'], dir: string): Finding {
  if (installed.length === 0) return ok('pulled', `none in ${dir}`);
  const loadable = installed.filter(({ isLoadable }) => isLoadable).length;
  return ok(
    'pulled',
    `${String(installed.length)} in ${dir}, ${String(loadable)} of them run with this build`,
    {
      hint: 'Their checksums take a while: rt models verify',
    },
  );
}
