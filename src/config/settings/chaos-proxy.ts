/** Settings of `rt chaos proxy`. All belong to one call: a rehearsal is repeated from its command line alone. */
import { address, integer, type Kind, listOf, text } from '../kinds.ts';
import { INSECURE_NO_AUTH, READY_FILE } from '../server-rows.ts';
import type { Section } from '../setting.ts';

export interface RouteText {
  readonly listen: string;
  readonly upstream: string;
}

export interface ChaosProxyConfig {
  readonly listen: string;
  readonly upstream: string | undefined;
  readonly route: readonly RouteText[] | undefined;
  readonly http: string;
  readonly toxic: readonly string[] | undefined;
  readonly seed: number;
  readonly readyFile: string | undefined;
  readonly insecureNoAuth: boolean;
}

/** `LISTEN=UPSTREAM`; neither has an equals sign in it. */
const route: Kind<RouteText> = {
  form: 'value',
  placeholder: 'LISTEN=UPSTREAM',
  expects: 'LISTEN=UPSTREAM, for example 127.0.0.1:0=127.0.0.1:6379',
  parse: (raw) => {
    const [from, to, ...rest] = typeof raw === 'string' ? raw.split('=') : [];
    const listen = from === undefined ? undefined : address.parse(from);
    const upstream = to === undefined ? undefined : address.parse(to);
    if (listen === undefined || upstream === undefined || rest.length > 0) return undefined;
    return { listen, upstream };
  },
};

export const chaosProxySection: Section<ChaosProxyConfig> = {
  name: 'chaos.proxy',
  rows: {
    listen: {
      flag: 'listen',
      kind: address,
      default: '127.0.0.1:0',
      doc: 'Address clients connect to, for --upstream.',
      flagOnly: true,
    },
    upstream: { flag: 'upstream', kind: address, doc: 'Where connections are carried to.', flagOnly: true },
    route: {
      flag: 'route',
      kind: listOf(route),
      doc: 'A route in one word; repeat for more. Routes are named r1, r2 … in order, --upstream first.',
      flagOnly: true,
    },
    http: {
      flag: 'http',
      kind: address,
      default: '127.0.0.1:0',
      doc: 'Address of the control API, health and metrics.',
      flagOnly: true,
    },
    toxic: {
      flag: 'toxic',
      kind: listOf(text('KIND:NAME=VALUE,…')),
      doc: 'Fault to begin with, for example latency:ms=200,direction=up; repeat for more.',
      flagOnly: true,
    },
    seed: {
      flag: 'seed',
      kind: integer(0, 2 ** 32 - 1),
      default: '1',
      doc: 'Decides every chance: the same seed, the same decisions.',
      flagOnly: true,
    },
    readyFile: { ...READY_FILE, flagOnly: true },
    insecureNoAuth: { ...INSECURE_NO_AUTH, flagOnly: true },
  },
};
