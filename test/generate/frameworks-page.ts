/** `docs/reference/frameworks.md`, from the data files of frameworks and the table of evidence. */
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { EVIDENCE, parseFramework, type FrameworkLine } from '../../pkg/report/index.js';

const FOLDER = fileURLToPath(new URL('../../pkg/report/frameworks/', import.meta.url));

const HEADER = `<!-- Written by \`make generate\` from pkg/report/frameworks and pkg/report/certification/evidence.ts. Change those, not this page. -->

# Frameworks

Which evidence of a [certification](../guides/reports.md#the-certification) contributes to which control. Whether a control is met is for an
assessor to judge. Titles are our own words. "In the specification" is the label that the specification of Plus1 uses; some of its numbers
belong to another framework or control, and the control beside it is the one that its words mean.

\`plus1 report certification --frameworks DIR\` takes other data files: each \`*.yaml\` is a list of

| field | meaning |
| --- | --- |
| \`id\` | the control |
| \`framework\` | its name |
| \`reported_as\` | a label under which readers know it, or \`""\` |
| \`title\` | what it asks for |
| \`contributes\` | keys of the evidence below |

## Evidence

`;

/** The page as it must be. */
export function frameworksPage(): string {
  const evidence = Object.entries(EVIDENCE).map(
    ([key, { what, figures, file, records }]) =>
      `| \`${key}\` | ${what} | \`${figures}\` | \`${file}\` | ${records.map((each) => `\`${each}\``).join(', ')} |\n`,
  );
  const files = readdirSync(FOLDER).sort();
  const controls = files.map((name) => section(parseFramework(readFileSync(FOLDER + name, 'utf8'), name)));
  return `${HEADER}| key | what | figures of \`certification.json\` | file | records |\n| --- | --- | --- | --- | --- |\n${evidence.join('')}\n${controls.join('\n')}`;
}

function section(lines: readonly FrameworkLine[]): string {
  const rows = lines.map(
    ({ id, reported_as: label, title, contributes }) =>
      `| ${id} | ${label} | ${title} | ${contributes.map((each) => `\`${each}\``).join(', ')} |\n`,
  );
  return `## ${lines[0]?.framework ?? ''}\n\n| control | in the specification | in our words | evidence that contributes to it |\n| --- | --- | --- | --- |\n${rows.join('')}`;
}
