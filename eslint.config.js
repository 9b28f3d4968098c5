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
  'catalog',
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
];
const libraries = {
  github: ['@octokit/*', 'undici'],
  kube: ['@kubernetes/*'],
  server: ['fastify'],
  telemetry: ['winston', 'prom-client'],
};

/** Which rooms a room may open a door to; besides, every room may import `base`. */
const doors = {
  base: [],
  text: [],
  api: ['text'],
  catalog: ['text', 'api'],
  governance: ['text', 'api', 'catalog'],
  errors: ['text', 'api'],
  telemetry: ['text', 'api', 'errors'],
  github: ['text', 'api', 'catalog', 'errors'],
  controller: ['errors'],
  policies: ['text', 'api', 'errors'],
  kube: ['text', 'api', 'errors', 'policies', 'controller'],
  reconciler: ['text', 'api', 'catalog', 'governance', 'github', 'policies', 'errors', 'controller', 'telemetry'],
  report: ['text', 'api', 'catalog', 'governance', 'errors', 'reconciler'],
  server: ['text', 'api', 'errors', 'telemetry', 'controller'],
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
          { group: ['**/cmd/**', '**/test/**'], message: 'pkg never imports cmd or test.' },
          {
            group: Object.entries(libraries).flatMap(([owner, names]) => (owner === room ? [] : names)),
            message: 'Only one room may know this library.',
          },
        ].filter((pattern) => pattern.group.length > 0),
      },
    ],
    'no-restricted-properties': [
      'error',
      { object: 'process', property: 'env', message: 'The environment is read in cmd/ only.' },
      { object: 'process', property: 'exit', message: 'Only cmd/ ends the process.' },
      { object: 'Date', property: 'now', message: 'Take the clock through the constructor.' },
      { object: 'Math', property: 'random', message: 'Take the randomness through the constructor.' },
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
            allowImportNames: ['GuardWindow', 'HeldReason', 'durationMs'],
            message: 'pkg/governance/release knows no policies: words and times of pkg/api alone.',
          },
        ],
      },
    ],
  },
};

export default tseslint.config(
  { ignores: ['dist', 'node_modules', 'coverage', '.cache', '*.config.js'] },
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
);
