/** `docs/reference/migration.md`, from the rules of the migration. */
import { MIGRATION_RULES, type MigrationRule } from '../../pkg/catalog/index.js';

const VERSIONS = ['v2', 'v2.1', 'v2.2'] as const;

const HEADER = `<!-- Written by \`make generate\` from pkg/catalog/migrate/rules.ts. Change the rules, not this page. -->

# Migration

What \`plus1 migrate\` does with each field of a Datadog service definition. How to use it: [the guide](../guides/migrate.md).
The schemas are those of [DataDog/schema](https://github.com/DataDog/schema/tree/main/service-catalog).

## Field by field

A cross marks the schemas that know the field. One without a cross is in none of them, but is found in files.

| field | v2 | v2.1 | v2.2 | in v3 | |
| --- | --- | --- | --- | --- | --- |
`;

const REST = `
Values are not changed: texts keep their spelling and their quotes. Comments stay with what they stand above or behind; one that
would have no place is put at the head of its document.

## What v3 has no place for

A field that is not in the table, or whose place is taken or asks for another kind of value, is kept under its name below
\`extensions\`, which v3 leaves to everybody. Where \`extensions\` has that name already, it becomes \`v2-NAME\`. Each such field is
listed on standard error with its line.

## Entities of v3

In a document that is meant as v3, only what [decides](findings.md) about it is put right, and each change is listed:

| found | becomes |
| --- | --- |
| \`schema-version: v3\`, or \`apiVersion\` misspelt, or none beside \`kind\` and \`metadata\` | \`apiVersion: v3\` |
| \`apiVersion\` \`3\`, \`V3\`, \`v3.1\`; \`v2.2\` on a document with \`kind\` and \`metadata\` | \`apiVersion: v3\` |
| \`kind\`, \`metadata\` or \`spec\` misspelt | the right word |
| \`dd-service\`, and no \`metadata.name\` | \`metadata.name\` |
| \`lifecycle\` misspelt, at the top level or below \`metadata\`, and no \`spec.lifecycle\` | \`spec.lifecycle\` |

## What is left alone

| found | answer |
| --- | --- |
| a document of v3, an empty one | its bytes stay, also beside documents that change |
| broken YAML, tabs as indentation, a key said twice, an alias to nothing or to itself | refused, in the words of \`validate\` |
| a file that is over a bound (size, levels, keys, tokens), no UTF-8, or a pointer of Git LFS | refused, in the words of \`validate\` |
| a symbolic link, a folder, a pipe or a device at the path of a file | refused; name the file itself |
| the schema v1, another format, a document that is no mapping | refused with the line |
| no \`dd-service\`, a merge key (\`<<\`) at the top level or in \`integrations\` | refused with the line |
| an anchor | stays with its value; an alias that would stand above it is written out |
| a byte order mark, CRLF | stay; a lone CR becomes a line feed in a file that changes |
`;

/** The page as it must be. */
export function migrationPage(): string {
  return `${HEADER}${MIGRATION_RULES.map(row).join('')}${REST}`;
}

function row({ from, in: versions, to, says = '' }: MigrationRule): string {
  const crosses = VERSIONS.map((version) => (versions.includes(version) ? '×' : ''));
  return `| \`${from}\` | ${crosses.join(' | ')} | \`${to}\` | ${says} |\n`
    .replaceAll('|  |', '| |')
    .replaceAll('|  |', '| |');
}
