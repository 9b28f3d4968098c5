/** One file for each code, with the reason that the reference page shows; the page repeats these lines. */
import { judge, type CatalogFile, type Reason, type ReasonCode } from '../../pkg/catalog/index.js';
import { entity, PATH, present, reasonOf, SETTINGS, stream } from './build.js';

const text = (content: string): CatalogFile[] => [present(content)];
const unreadable = (why: Extract<CatalogFile, { state: 'unreadable' }>['why']): CatalogFile[] => [
  { path: PATH, state: 'unreadable', why },
];

/** For each code a repository whose verdict has it. */
export const FILES: Readonly<Record<ReasonCode, CatalogFile[]>> = {
  'file-missing': [{ path: PATH, state: 'absent' }],
  'file-unobserved': [{ path: PATH, state: 'unobserved', why: 'HTTP 502, three retries' }],
  'file-too-large': unreadable('too_large'),
  'file-binary': unreadable('binary'),
  'file-not-utf8': unreadable('not_utf8'),
  'file-symlink': unreadable('symlink'),
  'file-submodule': unreadable('submodule'),
  'file-directory': unreadable('directory'),
  'file-lfs-pointer': unreadable('lfs_pointer'),
  'file-disabled': unreadable('disabled'),
  'yaml-syntax': text(entity('production').replace('kind: service', 'kind: "service')),
  'yaml-indentation': text(entity('production').replace('  lifecycle', '\tlifecycle')),
  'too-costly': text(`${entity('production')}extensions: ${'['.repeat(300)}`),
  'control-character': text(entity('prod\0uction')),
  'merge-conflict': text(
    `${entity()}spec:\n<<<<<<< HEAD\n  lifecycle: dev\n=======\n  lifecycle: production\n>>>>>>> main\n`,
  ),
  'duplicate-key': text(`${entity('production')}  lifecycle: dev\n`),
  'alias-unresolved': text(entity('*stage')),
  'alias-limit': text(`${entity('production')}extensions: &all [*all]\n`),
  'no-entity': text('# apiVersion: v3\n'),
  'not-a-mapping': text(`- ${entity('production').replaceAll('\n', '\n  ').trimEnd()}\n`),
  'legacy-schema': text('schema-version: v2.2\ndd-service: shop\nlifecycle: production\n'),
  'api-version': text(entity('production').replace('apiVersion', 'schema-version')),
  kind: text(entity('production').replace('kind', 'kink')),
  'metadata-name': text(entity('production').replace('name: shop', 'name: #shop')),
  spec: text(`${entity()}spec: production\n`),
  'lifecycle-type': text(entity('[dev, production]')),
  'lifecycle-missing': text(entity(undefined).replace('name: shop', 'name: shop\n  inheritFrom: system:mail')),
  'lifecycle-near-production': text(entity('PRODUCTION')),
  'lifecycle-misplaced': text(`${entity('dev')}lifecycle: production\n`),
  'lifecycle-null': text(entity('NULL')),
  'merge-key': text(`${entity('production')}  <<: {tier: high}\n`),
  'tag-ignored': text(entity('!stage production')),
  'yaml-unindented': text(`${entity('production')}  languages: [\n  go,\n  ]\n`),
  'kind-spelling': text(entity('production').replace('service', 'Service')),
  'unknown-key': text(entity('production').replace('name: shop', 'name: shop\n  onwer: team')),
  'field-type': text(`${entity('production')}  languages: go\n`),
  'duplicate-entity': text(stream(entity('production'), entity('production'))),
  'more-findings': text(entity('production') + Array.from({ length: 60 }, (_, index) => `x${index}: 1\n`).join('')),
};

/** The line that `plus1 validate` prints for a reason. */
export const lineOf = ({ file, line, column, severity, code, found, expected, fix }: Reason): string =>
  `${file}:${line}:${column}: ${severity} ${code}: found ${found}, expected ${expected}; ${fix}`;

/** An example of every code. */
export function examples(): { code: ReasonCode; status: string; line: string }[] {
  return (Object.keys(FILES) as ReasonCode[]).map((code) => {
    const verdict = judge(FILES[code], SETTINGS);
    return { code, status: verdict.status, line: lineOf(reasonOf(verdict, code)) };
  });
}
