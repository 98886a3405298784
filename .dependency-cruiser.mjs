/** What may import what. `npm run lint` checks it, types included. */
const TESTS = String.raw`\.(test|testing)\.ts$`;
/** Each package with those that it may import; see docs/architecture.md. */
const PACKAGES = {
  jingle: [],
  wire: [],
  signaling: ['jingle', 'wire'],
  media: [],
  'media-core': ['media'],
  client: ['wire', 'media', 'media-core'],
  element: ['client'],
};
const MEDIA_CORE = 'packages/media-core/src';

/** @type {import('dependency-cruiser').IConfiguration} */
export default {
  forbidden: [
    {
      name: 'no-circle',
      comment: 'Files that import each other cannot be understood or moved one by one.',
      severity: 'error',
      from: {},
      to: { circular: true },
    },
    ...Object.entries(PACKAGES).map(([name, allowed]) => ({
      name: `${name}-imports-what-stands-above`,
      severity: 'error',
      from: { path: `^packages/${name}/src/`, pathNot: TESTS },
      to: { path: '^packages/', pathNot: [name, ...allowed].map((other) => `^packages/${other}/`) },
    })),
    {
      name: 'packages-by-their-name',
      comment: 'What a package does not export may change.',
      severity: 'error',
      from: { path: '^(packages|wasm)/([^/]+)/', pathNot: TESTS },
      to: {
        path: '^(packages|wasm)/[^/]+/src/',
        pathNot: '^$1/$2/',
        dependencyTypes: ['local'],
      },
    },
    {
      name: 'product-without-tools-and-tests',
      severity: 'error',
      from: { path: '^(packages|wasm)/[^/]+/src/', pathNot: TESTS },
      to: { path: '^(tools|tests|demo)/' },
    },
    {
      name: 'product-without-node',
      severity: 'error',
      from: { path: '^(packages|wasm)/[^/]+/src/', pathNot: [TESTS, '^wasm/testing/'] },
      to: { dependencyTypes: ['core'], pathNot: '^events$' },
    },
    {
      name: 'core-knows-no-context',
      comment: 'What decides runs in tests, in workers and in worklets alike.',
      severity: 'error',
      from: { path: `^${MEDIA_CORE}/core/`, pathNot: TESTS },
      to: { path: `^${MEDIA_CORE}/(page|worker|worklet)/` },
    },
    {
      name: 'worker-apart-from-page',
      severity: 'error',
      from: { path: `^${MEDIA_CORE}/(worker|worklet)/`, pathNot: TESTS },
      to: { path: [`^${MEDIA_CORE}/page/`, `^${MEDIA_CORE}/[^/]+\\.ts$`, '^packages/media/'] },
    },
    {
      name: 'page-apart-from-worker',
      severity: 'error',
      from: { path: [`^${MEDIA_CORE}/page/`, `^${MEDIA_CORE}/[^/]+\\.ts$`], pathNot: TESTS },
      to: { path: `^${MEDIA_CORE}/(worker|worklet)/` },
    },
    {
      name: 'worklet-apart-from-worker',
      severity: 'error',
      from: { path: `^${MEDIA_CORE}/worklet/`, pathNot: TESTS },
      to: { path: `^${MEDIA_CORE}/worker/` },
    },
    {
      name: 'calls-without-stream',
      comment: 'Calls see the stream as the interface of stanza-stream.ts.',
      severity: 'error',
      from: { path: '^packages/signaling/src/calls/', pathNot: TESTS },
      to: { path: '^packages/signaling/src/stream/' },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: String.raw`(/dist/|/gen/|/pkg/|^\.run/)` },
    tsPreCompilationDeps: true,
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['source', 'import', 'browser', 'default', 'types'],
      extensions: ['.ts', '.mjs', '.js', '.d.ts'],
    },
  },
};
