/** What `streams.mjs` is asked for. */
import { parseArgs } from 'node:util';

export const USAGE =
  'node bench/gpu/streams.mjs [--provider cuda|webgpu|cpu] [--seconds 20] [--out NAME] MODEL…';

const PROVIDERS = ['cuda', 'webgpu', 'cpu'];

/** The options, or `{ wrong }` with a sentence that says what is wrong with them. */
export function parseOptions(args) {
  let parsed;
  try {
    parsed = parseArgs({
      args,
      allowPositionals: true,
      options: {
        provider: { type: 'string', default: 'cuda' },
        seconds: { type: 'string', default: '20' },
        out: { type: 'string' },
      },
    });
  } catch (error) {
    return { wrong: error.message };
  }
  const { provider, out } = parsed.values;
  const seconds = Number(parsed.values.seconds);
  if (!PROVIDERS.includes(provider)) return { wrong: `--provider is one of ${PROVIDERS.join(', ')}` };
  if (!(seconds >= 6 && seconds <= 600)) return { wrong: '--seconds is a number from 6 to 600' };
  if (out !== undefined && !/^[\w.-]+$/.test(out)) return { wrong: '--out is the name of a folder' };
  if (parsed.positionals.length === 0) return { wrong: 'No model was named: a folder or an .onnx file each' };
  return { provider, seconds, out, models: parsed.positionals };
}
