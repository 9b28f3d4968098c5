/**
 * Lines that GitHub Actions acts on, such as annotations. A line of output is a command where it begins with `::`, so that text
 * from others must be escaped: https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands
 */

export type CommandName = 'error' | 'warning' | 'notice';

/** Where an annotation stands, and its heading. */
export interface CommandProperties {
  title?: string;
  file?: string;
  line?: number;
  col?: number;
}

/** One whole line, with its end. */
export function workflowCommand(name: CommandName, properties: CommandProperties, message: string): string {
  const pairs = Object.entries(properties)
    .filter(([, value]) => value !== undefined)
    .map(([key, value]) => `${key}=${escapeProperty(String(value))}`);
  return `::${name}${pairs.length === 0 ? '' : ` ${pairs.join(',')}`}::${escapeData(message)}\n`;
}

/** The rules of the runner: https://github.com/actions/toolkit/blob/main/packages/core/src/command.ts */
const escapeData = (text: string): string =>
  text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');

const escapeProperty = (text: string): string => escapeData(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
