import js from '@eslint/js';
import tseslint from 'typescript-eslint';

/**
 * The walls between the rooms (docs/design/architecture.md). Each row names a folder and what it must not import;
 * a wall that is not written here does not hold.
 */
const rooms = [
  'base',
  'text',
  'api',
  'baseline',
  'catalog',
  'egress',
  'governance',
  'github',
  'kube',
  'controller',
  'policies',
  'reconciler',
  'errors',
  'telemetry',
  'server',
  'report',
  'journal',
  'html',
  'incident',
  'notify',
  'siem',
  'issues',
  'workflows',
  'web',
  'rollout',
];

/** Which rooms may know a library. Those of two or three are the ones whose types are part of what the rooms hand on. */
const libraries = {
  '@kubernetes/*': ['kube'],
  '@octokit/*': ['github'],
  canonicalize: ['journal'],
  commander: [],
  croner: ['reconciler'],
  'csv-stringify': ['report'],
  'csv-stringify/*': ['report'],
  fastify: ['server', 'web'],
  '@fastify/*': ['web'],
  minimatch: ['governance'],
  nodemailer: ['notify'],
  'prom-client': ['telemetry'],
  undici: ['github', 'notify', 'siem'],
  // Schemas of what comes from outside stand where it comes in.
  valibot: ['api', 'github', 'journal', 'notify', 'policies', 'report', 'siem'],
  winston: ['telemetry'],
  // text parses it. catalog and workflows walk the nodes of their files, and kube reads kubeconfigs, which are older than YAML 1.2.
  yaml: ['text', 'catalog', 'kube', 'workflows'],
};

/** Rooms that do no I/O: of Node they may have the hash alone. */
const pure = [
  'text',
  'api',
  'baseline',
  'egress',
  'errors',
  'catalog',
  'governance',
  'html',
  'incident',
  'issues',
  'rollout',
  'workflows',
];

/** Of base, what touches a file. */
const fileFunctions = [
  ...['foldersIn', 'isDangling', 'keepFile', 'makeFolder', 'proveWritable', 'readBoundedFile', 'readBoundedText'],
  ...['removeFile', 'sweepLeftovers', 'StorageReserve', 'syncFolder', 'volumeSpace', 'writeFileAtomic'],
];

/** Started by the machine, and not by the clock that a constructor was given. */
const realTimers = ['setTimeout', 'setInterval', 'clearTimeout', 'clearInterval', 'performance'];

/** Would leave the machine without proxy, address check, deadline and budget of the client that was given. */
const connections = ['fetch', 'WebSocket', 'EventSource', 'XMLHttpRequest'];

/** Which rooms a room may open a door to; besides, every room may import `base`. A test holds it against the imports. */
export const doors = {
  base: [],
  text: [],
  api: ['text'],
  baseline: ['api'],
  catalog: ['text', 'api'],
  egress: ['text', 'api', 'governance', 'workflows'],
  governance: ['api', 'catalog'],
  html: ['text'],
  incident: ['api', 'workflows'],
  issues: ['text', 'api', 'catalog'],
  errors: ['text', 'api'],
  telemetry: ['text', 'api', 'errors', 'controller'],
  github: ['text', 'api', 'baseline', 'catalog', 'errors'],
  controller: ['errors'],
  journal: ['api', 'errors'],
  siem: ['text', 'api', 'journal'],
  web: ['api', 'errors', 'html', 'journal', 'policies', 'server'],
  kube: ['text', 'errors'],
  notify: ['text', 'api', 'errors'],
  policies: ['text', 'api', 'errors', 'kube'],
  reconciler: [
    ...[
      'text',
      'api',
      'baseline',
      'catalog',
      'egress',
      'governance',
      'incident',
      'issues',
      'workflows',
      'rollout',
      'github',
      'journal',
      'notify',
      'policies',
      'errors',
      'controller',
      'telemetry',
    ],
  ],
  report: ['text', 'api', 'baseline', 'catalog', 'governance', 'incident', 'errors', 'journal', 'reconciler', 'html'],
  rollout: ['api'],
  server: ['errors'],
  workflows: ['text', 'api', 'catalog'],
};

const wall = (room) => ({
  files: [`pkg/${room}/**/*.ts`],
  rules: {
    'no-restricted-imports': [
      'error',
      {
        patterns: [
          {
            group: rooms
              .filter((other) => other !== room && other !== 'base' && !doors[room].includes(other))
              .map((other) => `**/${other}/**`),
            message: `pkg/${room} has no door to that room.`,
          },
          {
            group: room === 'policies' ? [] : ['**/policies/cluster/**'],
            message: 'It loads the Kubernetes client: only cmd does, and only where there is a cluster.',
          },
          { group: ['**/cmd/**', '**/test/**'], message: 'pkg never imports cmd or test.' },
          {
            group: Object.entries(libraries).flatMap(([name, owners]) => (owners.includes(room) ? [] : [name])),
            message: 'This room may not know this library.',
          },
          {
            group: pure.includes(room)
              ? ['node:*', '!node:crypto']
              : ['node:timers', 'node:timers/*', 'node:perf_hooks'],
            message: pure.includes(room)
              ? 'A pure room has nothing of Node but node:crypto.'
              : 'Take the clock and its timers through the constructor.',
          },
          {
            group: pure.includes(room) ? ['**/base/*'] : [],
            importNames: fileFunctions,
            message: 'A pure room touches no file.',
          },
        ].filter((pattern) => pattern.group.length > 0),
      },
    ],
    'no-restricted-properties': [
      'error',
      { object: 'process', property: 'env', message: 'The environment is read in cmd/ only.' },
      { object: 'process', property: 'exit', message: 'Only cmd/ ends the process.' },
      { object: 'AbortSignal', property: 'timeout', message: 'Use boundSignal of pkg/base.' },
      { object: 'AbortSignal', property: 'any', message: 'Use linkSignals of pkg/base.' },
      { object: 'Date', property: 'now', message: 'Take the clock through the constructor.' },
      { object: 'Math', property: 'random', message: 'Take the randomness through the constructor.' },
    ],
    'no-restricted-globals': [
      'error',
      ...realTimers.map((name) => ({ name, message: 'Take the clock and its timers through the constructor.' })),
      ...connections.map((name) => ({ name, message: 'A request goes through the room that owns the client.' })),
    ],
    'no-restricted-syntax': [
      'error',
      {
        selector: "NewExpression[callee.name='Date'][arguments.length=0]",
        message: 'Take the clock through the constructor.',
      },
      {
        selector: "CallExpression[callee.property.name='nextRun'][arguments.length=0]",
        message: 'Without a date croner reads the clock of the machine.',
      },
    ],
  },
});

/** Guards, holds and approvals see counts and pairs, so that they can serve whatever is governed. */
const releaseWall = {
  files: ['pkg/governance/release/**/*.ts'],
  rules: {
    'no-restricted-imports': [
      'error',
      {
        patterns: [
          ...wall('governance').rules['no-restricted-imports'][1].patterns,
          {
            regex: '^\\.\\./(?!time\\.js$|\\.\\./)',
            message: 'pkg/governance/release knows no findings and no membership.',
          },
          { group: ['**/catalog/**'], message: 'pkg/governance/release knows no catalogue files.' },
          {
            group: ['**/api/**'],
            allowImportNames: [
              'ApprovalState',
              'EntryWindow',
              'GuardWindow',
              'HeldReason',
              'KindOfApproval',
              'durationMs',
            ],
            message: 'pkg/governance/release knows no policies: words and times of pkg/api alone.',
          },
        ],
      },
    ],
  },
};

/** The homes of policies stand side by side. That of the cluster alone knows kube: an import of pkg/policies loads no client. */
const homeWall = (where, group, message) => ({
  ...where,
  rules: {
    'no-restricted-imports': [
      'error',
      { patterns: [...wall('policies').rules['no-restricted-imports'][1].patterns, { group, message }] },
    ],
  },
});
const homeWalls = [
  homeWall(
    { files: ['pkg/policies/**/*.ts'], ignores: ['pkg/policies/cluster/**'] },
    ['**/kube/**', '**/cluster/**'],
    'Of the homes, that of the cluster alone knows the cluster.',
  ),
  homeWall({ files: ['pkg/policies/cluster/**/*.ts'] }, ['**/folder/**'], 'The cluster knows nothing of the folder.'),
];

export default tseslint.config(
  { ignores: ['dist', 'node_modules', 'coverage', '.cache', 'esbuild*.config.js'] },
  js.configs.recommended,
  tseslint.configs.recommendedTypeChecked,
  {
    languageOptions: { parserOptions: { projectService: true } },
    linterOptions: { reportUnusedDisableDirectives: 'error' },
    rules: {
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/no-misused-promises': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': 'error',
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      '@typescript-eslint/require-await': 'off',
      complexity: ['error', 12],
      'max-depth': ['error', 4],
      'max-params': ['error', 5],
      'max-lines': ['error', { max: 400, skipBlankLines: true }],
      eqeqeq: 'error',
      'no-console': 'error',
    },
  },
  // This file belongs to no project of TypeScript.
  { files: ['*.config.js'], ...tseslint.configs.disableTypeChecked },
  { files: ['pkg/**/*.ts', 'cmd/**/*.ts'], rules: { '@typescript-eslint/explicit-module-boundary-types': 'error' } },
  {
    files: ['test/**/*.ts'],
    rules: {
      '@typescript-eslint/no-unused-expressions': 'off',
      '@typescript-eslint/no-unsafe-assignment': 'off',
      '@typescript-eslint/no-unsafe-member-access': 'off',
      '@typescript-eslint/no-unsafe-argument': 'off',
      '@typescript-eslint/no-unsafe-call': 'off',
      '@typescript-eslint/no-unsafe-return': 'off',
      'no-console': 'off',
    },
  },
  ...rooms.map(wall),
  releaseWall,
  ...homeWalls,
);
