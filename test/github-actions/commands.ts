/**
 * Output as the runner of GitHub Actions reads it, line by line: commands that begin a line, and the older form that may stand
 * anywhere in one. https://github.com/actions/runner/blob/main/src/Runner.Common/ActionCommand.cs
 */

export interface RunnerCommand {
  name: string;
  properties: Record<string, string>;
  message: string;
}

const unescapeData = (text: string): string =>
  text.replaceAll('%0D', '\r').replaceAll('%0A', '\n').replaceAll('%25', '%');
const unescapeProperty = (text: string): string => unescapeData(text.replaceAll('%3A', ':').replaceAll('%2C', ','));

/** Every command of an output, in order. Between `::stop-commands::WORD` and `::WORD::` there are none. */
export function commandsIn(output: string): RunnerCommand[] {
  const commands: RunnerCommand[] = [];
  let resume: string | undefined;
  // A carriage return alone ends a line too, as .NET reads them.
  for (const line of output.split(/\r\n|\n|\r/)) {
    const command = parse(line);
    if (resume !== undefined) {
      if (command?.name === resume) resume = undefined;
    } else if (command?.name === 'stop-commands') resume = command.message;
    else if (command !== undefined) commands.push(command);
  }
  return commands;
}

function parse(line: string): RunnerCommand | undefined {
  const trimmed = line.trimStart();
  const found = /^::([^: ]+)(?: ([^]*?))?::([^]*)$/.exec(trimmed) ?? /##\[([^\] ]+)(?: ([^\]]*))?\]([^]*)$/.exec(line);
  if (found === null) return undefined;
  const [, name = '', pairs = '', message = ''] = found;
  const properties = pairs
    .split(/[,;]/)
    .filter((pair) => pair.includes('='))
    .map((pair) => {
      const at = pair.indexOf('=');
      return [pair.slice(0, at), unescapeProperty(pair.slice(at + 1))];
    });
  return { name, properties: Object.fromEntries(properties), message: unescapeData(message) };
}
