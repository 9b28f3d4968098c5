/** Starts the simulator from the command line: one line of JSON on standard output, then it runs until it is told to stop. */
import { HELP, parseCommandLine } from './command-line.js';
import type { CommandLine } from './command-line.js';
import { startGitHub } from './server/server.js';

async function run({ options, token, faults }: CommandLine): Promise<void> {
  const github = await startGitHub(options);
  if (token !== undefined) {
    github.world.tokens.acceptAny = false;
    github.world.tokens.add(token, { kind: 'classic', scopes: ['repo', 'admin:org'] });
  }
  github.faults.schedule(faults);
  const organizations = github.world.organizations.map(({ login, repositories }) => ({
    login,
    repositories: repositories.length,
  }));
  process.stdout.write(
    `${JSON.stringify({ url: github.url, apiURL: github.apiURL, graphqlURL: github.graphqlURL, organizations })}\n`,
  );
  const stop = (): void => {
    void github.close().then(() => process.exit(0));
  };
  process.once('SIGTERM', stop).once('SIGINT', stop);
}

try {
  const commandLine = parseCommandLine(process.argv.slice(2));
  if (commandLine.help) process.stdout.write(HELP);
  else await run(commandLine);
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 2;
}
