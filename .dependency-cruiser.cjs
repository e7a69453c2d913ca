/**
 * Who may import whom. Three tables are the whole of it: folders of src/, those of src/tui and owners of packages;
 * the rules are made from them. Anything not granted is refused, so a new folder or package needs a line here.
 */

/** Folder → the folders of ours it may import besides itself. */
const FOLDERS = {
  base: [],
  audio: ['base'],
  protocol: ['base'],
  transport: ['base'],
  schema: ['base', 'protocol'],
  config: ['base'],
  engine: ['base', 'audio'],
  models: ['base', 'engine', 'config', 'audio'],
  registry: ['base'],
  bus: ['base'],
  store: ['base'],
  router: ['base', 'registry'],
  rooms: ['base', 'bus', 'protocol'],
  worker: ['base', 'engine', 'registry', 'protocol', 'transport', 'audio', 'store'],
  gateway: ['base', 'router', 'registry', 'rooms', 'bus', 'store', 'protocol', 'transport', 'audio'],
  client: ['base', 'protocol', 'transport', 'audio'],
  pipeline: ['base', 'bus', 'client', 'audio', 'protocol'],
  bench: ['base', 'client', 'protocol', 'transport', 'audio', 'registry'],
  chaos: ['base', 'client', 'protocol', 'transport', 'audio', 'registry'],
  tui: ['base', 'registry', 'client', 'config'],
  cli: ['base', 'app', 'config'],
};

const BELOW_APP = Object.keys(FOLDERS).filter((name) => name !== 'tui' && name !== 'cli');
FOLDERS.app = BELOW_APP;
FOLDERS.commands = Object.keys(FOLDERS);

/** Folders that see the registry only as its ports. */
const PORTS_ONLY = ['tui', 'bench', 'chaos'];

/** Folders of src/tui; each may import those before it, and none the files beside them. */
const MONITOR_FOLDERS = [
  'drawing',
  'fleet',
  'live-text',
  'state',
  'feed',
  'recording',
  'choice',
  'list',
  'table',
  'facts',
  'export',
  'effects',
  'keys',
  'parts',
  'screens',
  'terminal',
  'hooks',
];

/** Package → the folders that may import it. */
const OWNERS = {
  ws: ['transport'],
  ioredis: ['registry', 'bus'],
  'onnxruntime-node': ['engine'],
  execa: ['app', 'chaos'],
  bullmq: ['store'],
  ink: ['tui'],
  react: ['tui'],
  '@oclif/core': ['cli', 'commands'],
  zod: ['protocol', 'config', 'registry', 'schema'],
  'smol-toml': ['config'],
  'wav-decoder': ['audio'],
  'speex-resampler': ['audio'],
  pino: ['app'],
  'prom-client': ['app'],
  'hdr-histogram-js': ['bench'],
  undici: ['models'],
  protobufjs: ['models'],
  'modern-tar': ['app'],
};

const anyOf = (names) => `(?:${names.map((name) => name.replaceAll('/', '\\/')).join('|')})`;
const packagePath = (names) => `(?:^|/)node_modules/(?:@types/)?${anyOf(names)}(?:/|$)`;

const folderRules = Object.entries(FOLDERS).map(([folder, allowed]) => ({
  name: `folder-${folder}`,
  comment: `src/${folder} may import ${allowed.join(', ') || 'nothing of ours'}.`,
  severity: 'error',
  from: { path: `^src/${folder}/` },
  to: { path: '^src/', pathNot: `^src/${anyOf([folder, ...allowed])}/` },
}));

const monitorRules = MONITOR_FOLDERS.map((folder, index) => ({
  name: `monitor-${folder}`,
  comment: `src/tui/${folder} may import ${MONITOR_FOLDERS.slice(0, index).join(', ') || 'no other'} of src/tui.`,
  severity: 'error',
  from: { path: `^src/tui/${folder}/` },
  to: { path: '^src/tui/', pathNot: `^src/tui/${anyOf(MONITOR_FOLDERS.slice(0, index + 1))}/` },
}));

const ownerRules = Object.entries(OWNERS).map(([name, owners]) => ({
  name: `package-${name.replace('@', '').replace('/', '-')}`,
  comment: `${name} is imported only in src/${owners.join(', src/')}.`,
  severity: 'error',
  from: { path: '^src/', pathNot: `^src/${anyOf(owners)}/` },
  to: { path: packagePath([name]) },
}));

module.exports = {
  forbidden: [
    ...folderRules,
    ...ownerRules,
    ...monitorRules,
    {
      name: 'monitor-folder-unknown',
      comment: 'A folder of src/tui needs its place in the list of them.',
      severity: 'error',
      from: { path: '^src/tui/[^/]+/', pathNot: `^src/tui/${anyOf(MONITOR_FOLDERS)}/` },
      to: {},
    },
    {
      name: 'folder-unknown',
      comment: 'A folder of src/ needs its line in the table of folders.',
      severity: 'error',
      from: { path: '^src/[^/]+/', pathNot: `^src/${anyOf(Object.keys(FOLDERS))}/` },
      to: {},
    },
    {
      name: 'package-unowned',
      comment: 'A package needs its line in the table of owners.',
      severity: 'error',
      from: { path: '^src/' },
      to: { path: 'node_modules/', pathNot: [packagePath(Object.keys(OWNERS)), 'node_modules/@types/node/'] },
    },
    {
      name: 'registry-ports-only',
      comment:
        'Screens and measurements see the registry through its ports and what processes tell of themselves.',
      severity: 'error',
      from: { path: `^src/${anyOf(PORTS_ONLY)}/` },
      to: { path: '^src/registry/', pathNot: '^src/registry/(?:ports|digests)\\.ts$' },
    },
    {
      name: 'src-stands-alone',
      comment: 'Nothing in src/ depends on tests, scripts or what is built.',
      severity: 'error',
      from: { path: '^src/' },
      to: { path: '^(?:test|scripts|bench|bin|dist)/' },
    },
    { name: 'no-cycles', severity: 'error', from: { path: '^src/' }, to: { circular: true } },
    { name: 'resolvable', severity: 'error', from: {}, to: { couldNotResolve: true } },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsConfig: { fileName: 'tsconfig.json' },
    // Types count too: a folder that names another's types knows about it.
    tsPreCompilationDeps: true,
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'default', 'types'],
      mainFields: ['module', 'main', 'types'],
    },
  },
};
