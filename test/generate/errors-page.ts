/** `docs/reference/errors.md`, from the catalogue of errors. */
import { CATALOGUE, type ErrorClass, type ErrorEntry } from '../../pkg/errors/index.js';

const HEADER = `<!-- Written by \`make generate\` from pkg/errors/catalogue.ts. Change the catalogue, not this page. -->

# Errors

Every fault is told in one line: its code, what happened, and what to do about it.

    PLUS1_USAGE: unknown option '--dryrun'. Fix: run the command with --help.

The code is stable; scripts and alerts may rely on it. The condition reason is what \`Ready=False\` of a policy shows, and
\`Stalled\` as well where the class is configuration or usage. A fault in a repository's catalogue file is none of these: it is a
finding of that repository, and stands in the report.
`;

/** What a class means to the person who meets it, in the order of the page. */
const CLASSES: Record<ErrorClass, { title: string; about: string }> = {
  usage: {
    title: 'Usage',
    about:
      'The command line, the environment or a policy file is wrong. Nothing was asked of GitHub. A command exits with 2.',
  },
  configuration: {
    title: 'Configuration',
    about:
      'A person must change something: a token, a permission, a ruleset. Trying again does not help. A command exits with 1.',
  },
  transient: {
    title: 'Transient',
    about: 'It passes by itself, and the controller tries again. A command exits with 1; run it again.',
  },
  data: {
    title: 'Data',
    about: 'A file of ours on this machine cannot be read or written. A command exits with 1.',
  },
};

/** The page as it must be. */
export function errorsPage(): string {
  const sections = (Object.keys(CLASSES) as ErrorClass[]).map(section);
  return [HEADER, ...sections].join('\n');
}

function section(cls: ErrorClass): string {
  const { title, about } = CLASSES[cls];
  const entries: [string, ErrorEntry][] = Object.entries(CATALOGUE);
  const rows = entries.filter(([, entry]) => entry.class === cls).map(([code, entry]) => row(code, entry));
  return `## ${title}

${about}

| Code | Class | Condition reason | What happened | What to do |
| --- | --- | --- | --- | --- |
${rows.join('\n')}
`;
}

function row(code: string, { class: cls, reason, meaning, fix }: ErrorEntry): string {
  return `| ${[`\`${code}\``, cls, `\`${reason}\``, meaning, sentence(fix)].map(cell).join(' | ')} |`;
}

/** A fix is printed inside a line that ends it; on a page it stands alone. */
function sentence(fix: string): string {
  return `${fix.charAt(0).toUpperCase()}${fix.slice(1)}.`;
}

/** A bar would end the cell, and an angle bracket would begin a tag. */
function cell(text: string): string {
  return text.replaceAll('|', '\\|').replaceAll('<', '&lt;');
}
