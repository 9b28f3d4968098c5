/** What `--help` says: defaults, exit codes, and nothing that a command does not need. */
import { expect } from 'chai';
import type { Command } from 'commander';
import { plus1 } from '../../cmd/plus1/commands.js';
import type { CommandIO } from '../../cmd/plus1/io.js';
import { runCommand } from './command.js';

describe('The help of a command', () => {
  const help = async (...command: string[]): Promise<string> => {
    const { code, stdout } = await runCommand((io): Command => plus1(io), ['help', ...command], { cwd: '/' });
    expect(code).to.equal(0);
    // Lines are broken by the width of the terminal.
    return stdout.replaceAll(/\s+/g, ' ');
  };

  for (const command of ['check', 'sync', 'plan', 'validate', 'migrate', 'workflows', 'get', 'explain']) {
    it(`${command}: lists the exit codes`, async () => {
      expect(await help(command)).to.match(/Exit codes: 0 .* 1 .* 2 /);
    });
  }

  for (const command of ['open', 'status', 'isolate', 'close', 'release', 'report'])
    it(`incident ${command}: lists the exit codes`, async () => {
      expect(await help('incident', command)).to.match(/Exit codes: 0 .* 1 .* 2 /);
    });

  it('sync has an exit code for a held plan, plan has none', async () => {
    expect(await help('sync')).to.match(/ 3 a guard held the plan/);
    expect(await help('plan')).not.to.match(/ 3 /);
  });

  it('plan does not offer --dry-run, and takes it all the same', async () => {
    expect(await help('sync')).to.include(' --dry-run make the plan');
    expect(await help('plan')).not.to.include('--dry-run');
    const { stderr } = await runCommand((io): Command => plus1(io), ['plan', '--dry-run'], { cwd: '/' });
    expect(stderr).not.to.include('unknown option');
  });

  for (const command of ['sync', 'plan']) {
    it(`${command}: says what holds where a flag is not given`, async () => {
      const text = await help(command);
      expect(text).to.include('(default: RULESET_NAME, else plus1_enforcement)');
      expect(text).to.include('(default: DATADOG_YAML_PATH, else entity.datadog.yaml)');
      expect(text).to.include('with --file $XDG_STATE_HOME/plus1, else ~/.local/state/plus1; with --org none)');
      expect(text).to.include("(default: the policy's, else 24h; without a memory 0s)");
    });
  }

  for (const command of [['get'], ['explain'], ['journal', 'show']]) {
    it(`${command.join(' ')}: says which folder --state is, and where it lies`, async () => {
      expect(await help(...command)).to.include(
        'folder in which sync or the controller keeps its memory (default: $XDG_STATE_HOME/plus1, else ~/.local/state/plus1)',
      );
    });
  }

  for (const command of ['sync', 'plan', 'check']) {
    it(`${command}: says that --log-format is about the log of -v alone`, async () => {
      expect(await help(command)).to.include(
        'format of the log that -v prints to standard error; progress and errors stay text',
      );
    });
  }

  it('says of a list of commands in ordinary words what each does', async () => {
    const text = await help();
    expect(text).to.include('read the repositories, update the ruleset, verify the result');
    expect(text).to.include('check everything that sync needs');
  });
});

describe('Every command', () => {
  const io = { done: () => undefined } as unknown as CommandIO;
  const leaves = (command: Command, path: string[] = []): string[][] =>
    command.commands.length === 0 ? [path] : command.commands.flatMap((each) => leaves(each, [...path, each.name()]));

  for (const path of leaves(plus1(io)))
    it(`${path.join(' ')}: tells a flag that it does not know as wrong usage, in one line of ours`, async () => {
      const exit = process.exit.bind(process);
      // What commander calls where a command was not told to throw; it would end the tests.
      process.exit = () => {
        throw new Error('it ends the process');
      };
      try {
        const ran = await runCommand((own): Command => plus1(own), [...path, '--no-such-flag'], { cwd: '/' });
        expect([ran.code, ran.stdout]).to.deep.equal([2, '']);
        expect(ran.stderr).to.match(/^PLUS1_USAGE: (?:unknown|required) option '[^\n]*\n$/);
      } finally {
        process.exit = exit;
      }
    });
});
