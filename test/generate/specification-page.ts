/** `docs/reference/specification.md`, from the tables in `test/generate/specification`. */
import { documents, testOf, type Line, type Section } from './specification/specification.js';

const WORDS: Readonly<Record<Line['is'], string>> = {
  built: 'built',
  document: 'document',
  notSoftware: 'not software',
  refused: 'refused on purpose',
  notYet: 'not yet',
};

const HEADER = `<!-- Written by \`make generate\` from test/generate/specification. Change those files, not this page. -->

# Specification

Plus1 answers two documents, line by line. A test fails where a page or a test that is named here does not exist.

| answer | meaning |
| --- | --- |
| built | the product does it, and a test shows it |
| document | a page says how, with commands where there are any |
| not software | people do it |
| refused on purpose | it is not done, for the reason given |
| not yet | it is missing |

`;

/** The page as it must be. */
export function specificationPage(): string {
  const parts = documents().map(
    ({ title, sections }) => `## ${title}\n\n${countOf(sections)}\n\n${sections.map(sectionText).join('\n')}`,
  );
  return `${HEADER}${parts.join('\n')}`;
}

/** How many lines have which answer. */
function countOf(sections: readonly Section[]): string {
  const lines = sections.flatMap((each) => each.lines);
  const counts = Object.entries(WORDS).map(([is, words]) => ({ words, count: lines.filter((each) => each.is === is) }));
  const told = counts.filter(({ count }) => count.length > 0).map(({ words, count }) => `${count.length} ${words}`);
  return `${lines.length} lines: ${told.join(', ')}.`;
}

function sectionText({ section, lines }: Section): string {
  const rows = lines.map((line) => `| ${[cell(line.line), WORDS[line.is], answer(line), proof(line)].join(' | ')} |\n`);
  return `### ${section}\n\n| asked for | answer | by | shown by |\n| --- | --- | --- | --- |\n${rows.join('')}`;
}

const answer = ({ by, see }: Line): string =>
  see === undefined ? cell(by) : `${cell(by)}: [${see.replace(/^docs\//, '')}](${relative(see)})`;

function proof(line: Line): string {
  const test = testOf(line);
  return test === undefined ? '' : `[${test.file.replace(/^test\//, '')}](../../${test.file})`;
}

/** From `docs/reference`. */
const relative = (page: string): string => (page.startsWith('docs/') ? `../${page.slice(5)}` : `../../${page}`);

const cell = (text: string): string => text.replaceAll('|', '\\|');
