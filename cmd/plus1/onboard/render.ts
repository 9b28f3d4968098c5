/** Checklists as text for people, JSON for programs, CSV for tables, or Markdown for an issue. */
import type { CheckedRepository, CheckResult } from '../../../pkg/baseline/index.js';
import { markdownText } from '../../../pkg/report/index.js';
import { printable, printableJSON } from '../../../pkg/text/index.js';
import { csvRows } from '../csv.js';
import type { OnboardFormat } from './options.js';

export function render(repositories: readonly CheckedRepository[], format: OnboardFormat): string {
  switch (format) {
    case 'json':
      return printableJSON({ repositories: repositories.map(({ name, checks }) => ({ name, checks })) });
    case 'csv':
      return csvRows([
        ['repository', 'check', 'result', 'found', 'expected', 'fix'],
        ...repositories.flatMap(({ name, checks }) =>
          checks.map((each) => [name, each.name, each.result, each.found, each.expected, each.fix ?? '']),
        ),
      ]);
    case 'markdown':
      return repositories.map(markdown).join('\n');
    case 'text':
      return `${repositories.map((each) => lines(each).map(printable).join('\n')).join('\n\n')}\n`;
  }
}

/** `4 of 6 checks pass`. */
export const checksPassed = (checks: readonly CheckResult[]): string =>
  `${checks.filter(({ result }) => result === 'pass').length} of ${checks.length} checks pass`;

function lines({ name, checks }: CheckedRepository): string[] {
  if (checks.length === 0) return [`${name}: not looked at yet`];
  return [`${name}: ${checksPassed(checks)}`, ...checkLines(checks).map((line) => `  ${line}`)];
}

/** A line a check, and below it what to do, where something is to be done. */
export function checkLines(checks: readonly CheckResult[]): string[] {
  const width = Math.max(...checks.map((each) => each.name.length));
  const results = Math.max(...checks.map(({ result }) => result.length));
  const indent = ' '.repeat(width + results + 4);
  return checks.flatMap(({ name: check, result, found, expected, fix }) => [
    `${result.padEnd(results)}  ${check.padEnd(width)}  ${found}`,
    ...(fix === null ? [] : [`${indent}Expected: ${expected}`, `${indent}Fix: ${fix}`]),
  ]);
}

/** A list to be ticked off, as an issue has it. */
function markdown({ name, checks }: CheckedRepository): string {
  const items = checks.map(({ name: check, result, found, expected, fix }) => {
    const isDone = result === 'pass' || result === 'not_available';
    const rest = fix === null ? '' : ` Expected: ${markdownText(expected)}. To do: ${markdownText(fix)}.`;
    return `- [${isDone ? 'x' : ' '}] **${check}** (${result.replace('_', ' ')}): ${markdownText(found)}.${rest}`;
  });
  return [`### ${markdownText(name)}`, '', ...(items.length > 0 ? items : ['Not looked at yet.']), ''].join('\n');
}
