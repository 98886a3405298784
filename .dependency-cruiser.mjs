/** What may import what: the table of docs/architecture.md. Type-only imports count too. */
const IMPORTS = {
  'packages/jingle': [],
  'packages/wire': [],
  'packages/signaling': ['packages/jingle', 'packages/wire'],
  'wasm/runtime': [],
  'wasm/vp8': ['wasm/runtime'],
  'wasm/opus': ['wasm/runtime'],
  'packages/media': [],
  'packages/media-core': ['packages/media', 'wasm/opus', 'wasm/vp8', 'wasm/runtime'],
  'packages/client': ['packages/wire', 'packages/media', 'packages/media-core'],
  'packages/element': ['packages/client'],
  tools: ['wasm/tools'],
  demo: ['packages/element', 'tools'],
};
/** The threads of the media core; `core` and `messages` are what they share. */
const THREADS = ['page', 'worker', 'worklet'];

const OURS = '^(packages|wasm|tools|tests|demo)/';
/** Tests and their helpers may use the test tools too. */
const TEST = '[.](test|testing)[.]m?ts$';
const TEST_TOOLS = ['wasm/testing', 'wasm/tools', 'tests/tools'];

/** @param {readonly string[]} paths */
const anyOf = (paths) => `^(${paths.join('|')})/`;
/** @param {readonly string[]} rooms */
const core = (rooms) => `^packages/media-core/src/(${rooms.join('|')})/`;

export default {
  forbidden: [
    {
      name: 'no-circle',
      severity: 'error',
      from: {},
      to: { circular: true },
    },
    ...Object.entries(IMPORTS).flatMap(([name, allowed]) => {
      const source = name.includes('/') ? `^${name}/src/` : `^${name}/`;
      return [
        {
          name: `imports-of-${name}`,
          severity: 'error',
          from: { path: source, pathNot: TEST },
          to: { path: OURS, pathNot: anyOf([name, ...allowed]) },
        },
        {
          name: `imports-of-tests-of-${name}`,
          severity: 'error',
          from: { path: `${source}.*${TEST}` },
          to: { path: OURS, pathNot: anyOf([name, ...allowed, ...TEST_TOOLS]) },
        },
      ];
    }),
    {
      name: 'no-path-into-another-package',
      severity: 'error',
      from: { path: '^(packages|wasm)/([^/]+)/' },
      to: {
        path: '^(packages|wasm)/[^/]+/src/',
        pathNot: '^$1/$2/',
        dependencyTypes: ['local'],
        dependencyTypesNot: ['aliased', 'undetermined'],
      },
    },
    {
      name: 'no-path-into-a-package',
      severity: 'error',
      from: { path: '^(tools|demo)/' },
      to: {
        path: '^(packages|wasm)/[^/]+/src/',
        dependencyTypes: ['local'],
        dependencyTypesNot: ['aliased', 'undetermined'],
      },
    },
    {
      name: 'core-without-threads',
      severity: 'error',
      from: { path: core(['core']), pathNot: TEST },
      to: { path: core(THREADS) },
    },
    ...THREADS.map((thread) => ({
      name: `${thread}-alone`,
      severity: 'error',
      from: { path: core([thread]), pathNot: TEST },
      to: { path: core(THREADS.filter((other) => other !== thread)) },
    })),
    {
      name: 'calls-without-stream',
      comment: 'Calls know the stream by the interface of stanza-stream.ts.',
      severity: 'error',
      from: { path: '^packages/signaling/src/calls/', pathNot: TEST },
      to: { path: '^packages/signaling/src/stream/' },
    },
    {
      name: 'no-node-in-shipped-code',
      severity: 'error',
      from: { path: '^(packages|wasm)/[^/]+/src/', pathNot: `${TEST}|^wasm/testing/` },
      to: { dependencyTypes: ['core'] },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '(^|/)(dist|gen|pkg|[.]run)/' },
    tsPreCompilationDeps: true,
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['source', 'import', 'default', 'types'] },
  },
};
