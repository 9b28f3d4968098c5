/** Parts of the program that `make mutants` plants faults in, each with the tests that must notice them. */
export interface Room {
  name: string;
  /** Globs of sources. */
  sources: string[];
  /** Globs of tests, cheap ones alone: they are played again for each fault. */
  tests: string[];
  /** The least share of the faults that must be noticed. */
  least: number;
}

/** Some of what another folder is tested with. */
const BESIDE: Readonly<Record<string, string[]>> = {
  release: ['test/governance/membership/guard.test.ts', 'test/governance/membership/hash.test.ts'],
};

const governance = (folder: string): Room => ({
  name: `governance/${folder}`,
  sources: [`pkg/governance/${folder}/*.ts`, '!pkg/governance/**/index.ts', '!pkg/governance/**/types.ts'],
  tests: [`test/governance/${folder}/*.test.ts`, ...(BESIDE[folder] ?? [])],
  least: 0.9,
});

export const ROOMS: readonly Room[] = [
  ...['findings', 'membership', 'release'].map(governance),
  {
    name: 'catalog',
    sources: ['pkg/catalog/*.ts', '!pkg/catalog/index.ts', '!pkg/catalog/types.ts'],
    tests: ['test/catalog/*.test.ts', '!test/catalog/random.test.ts', '!test/catalog/costly.test.ts'],
    least: 0.8,
  },
  {
    name: 'catalog/migrate',
    sources: ['pkg/catalog/migrate/*.ts'],
    tests: ['test/catalog/migrate/*.test.ts'],
    least: 0.8,
  },
  ...['chain', 'proof', 'read', 'record', 'verify'].map((folder) => ({
    name: `journal/${folder}`,
    sources: [`pkg/journal/${folder}/*.ts`],
    tests: ['test/journal/*.test.ts'],
    least: 0.8,
  })),
  {
    name: 'pass',
    sources: ['pkg/reconciler/pass/*.ts', '!pkg/reconciler/pass/pass-dependencies.ts'],
    tests: ['test/reconciler/pass/*.test.ts'],
    least: 0.8,
  },
  {
    name: 'pass/act',
    sources: ['pkg/reconciler/pass/act/*.ts'],
    tests: ['test/reconciler/pass/**/*.test.ts'],
    least: 0.8,
  },
];
