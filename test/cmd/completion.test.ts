/** Completion in shells, and `plus1 help`: both are made from the program as it is declared. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { PassThrough, Writable } from 'node:stream';
import { expect } from 'chai';
import type { Command } from 'commander';
import { plus1 as program } from '../../cmd/plus1/commands.js';
import { plus1 } from '../integration/cli.js';
import { temporaryFolder } from '../temporary-folder.js';

const SHELLS = ['bash', 'zsh', 'fish'] as const;

const scriptFor = async (shell: string): Promise<string> => (await plus1(['completion', shell])).stdout;

function isThere(tool: string): boolean {
  try {
    execFileSync(tool, ['--version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

/** Every command of the program with its name, the hidden ones left out. */
function commands(command: Command): Command[] {
  return command.commands.flatMap((each) => [each, ...commands(each)]);
}

/** As the executable declares it; nothing of it is run. */
const declared = (): Command => {
  const sink = new Writable({ write: (_chunk, _encoding, done) => done() });
  return program({
    ...{ stdout: sink, stderr: sink, stdin: new PassThrough(), env: {}, cwd: '/' },
    ...{ signal: new AbortController().signal, onHangup: () => undefined, done: () => undefined },
    ...{ clock: () => 0, monotonic: () => 0, random: () => 0 },
  });
};

describe('plus1 completion', function () {
  for (const shell of SHELLS) {
    it(`names every command and every flag in the script for ${shell}`, async () => {
      const script = await scriptFor(shell);
      const all = commands(declared());
      expect(all.map((each) => each.name())).to.include.members([
        'sync',
        'validate',
        'controller',
        'completion',
        'help',
      ]);
      for (const command of all) {
        expect(script, command.name()).to.match(new RegExp(`\\b${command.name()}\\b`));
        for (const { long } of command.options) {
          expect(script, `${command.name()} ${long}`).to.include(
            shell === 'fish' ? `-l ${long?.slice(2)} ` : `${long}`,
          );
        }
      }
    });

    it(`prints a script that ${shell} can read`, async function () {
      if (!isThere(shell)) return this.skip();
      const file = join(temporaryFolder(), `plus1.${shell}`);
      writeFileSync(file, await scriptFor(shell));
      execFileSync(shell, ['-n', file], { stdio: 'pipe' });
    });
  }

  it('refuses another shell in one line', async () => {
    const { code, stdout, stderr } = await plus1(['completion', 'tcsh']);
    expect(code).to.equal(2);
    expect(stdout).to.equal('');
    expect(stderr).to.match(/^PLUS1_USAGE: .*bash, zsh, fish.*\n$/);
  });

  describe('in bash', () => {
    let folder: string;
    before(async function () {
      if (!isThere('bash')) return this.skip();
      folder = temporaryFolder();
      writeFileSync(join(folder, 'completion.sh'), await scriptFor('bash'));
      mkdirSync(join(folder, 'work', 'two words'), { recursive: true });
      writeFileSync(join(folder, 'work', 'policy.yaml'), '');
    });

    /** What is offered for the last of the words, as bash asks for it. */
    function offered(...words: string[]): string[] {
      const ask = `source ../completion.sh; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _plus1; printf '%s\\n' "\${COMPREPLY[@]}"`;
      const out = execFileSync('bash', ['--norc', '-u', '-c', ask, 'bash', ...words], {
        cwd: join(folder, 'work'),
        encoding: 'utf8',
        // compopt complains outside of a completion; a fault of the script ends the shell with a code of its own.
        stdio: ['ignore', 'pipe', 'ignore'],
      });
      return out.split('\n').filter((line) => line !== '');
    }

    const cases: { typed: string[]; gives: string[]; title?: string }[] = [
      { typed: ['plus1', 'sy'], gives: ['sync'] },
      { typed: ['plus1', 'sync', '--prod'], gives: ['--production-lifecycle'] },
      { typed: ['plus1', 'validate', '--js'], gives: ['--json'] },
      { typed: ['plus1', 'sync', '--format', ''], gives: ['text', 'json'] },
      { typed: ['plus1', 'sync', '--format', '=', 'j'], gives: ['json'], title: 'a value behind an equals sign' },
      { typed: ['plus1', 'sync', '--format', '='], gives: ['text', 'json'], title: 'no letter of a value yet' },
      { typed: ['plus1', 'sync', '-f', 'pol'], gives: ['policy.yaml'], title: 'a file' },
      { typed: ['plus1', 'sync', '--state', ''], gives: ['two words'], title: 'a folder with a blank in its name' },
      { typed: ['plus1', 'sync', '--org', ''], gives: [], title: 'a value that nobody can know' },
      {
        typed: ['plus1', 'sync', '--org', 'plan', '--for'],
        gives: ['--format'],
        title: 'a value that is also a command',
      },
      { typed: ['plus1', 'sync', '--format', '=', 'json', '--dry'], gives: ['--dry-run'] },
      { typed: ['plus1', 'completion', ''], gives: ['bash', 'zsh', 'fish'] },
      { typed: ['plus1', 'help', 'cont'], gives: ['controller'] },
      { typed: ['plus1', '--ver'], gives: ['--version'] },
    ];
    for (const { typed, gives, title } of cases) {
      it(`offers [${gives.join(', ')}] for ${typed.join(' ')}${title === undefined ? '' : `: ${title}`}`, () => {
        expect(offered(...typed)).to.have.members(gives);
      });
    }

    it('offers every command where nothing is typed', () => {
      const names = declared().commands.map((command) => command.name());
      expect(offered('plus1', '')).to.have.members(names);
    });
  });
});

describe('plus1 help', () => {
  it('shows all commands, as --help does', async () => {
    const { code, stdout, stderr } = await plus1(['help']);
    expect(code).to.equal(0);
    expect(stderr).to.equal('');
    expect(stdout)
      .to.equal((await plus1(['--help'])).stdout)
      .and.to.include('completion');
  });

  for (const name of ['sync', 'validate', 'completion']) {
    it(`shows the help of ${name}, with what is behind it`, async () => {
      const { code, stdout } = await plus1(['help', name]);
      expect(code).to.equal(0);
      expect(stdout)
        .to.equal((await plus1([name, '--help'])).stdout)
        .and.to.include(`Usage: plus1 ${name}`);
    });
  }

  it('names the commands there are for one that is not there', async () => {
    const { code, stdout, stderr } = await plus1(['help', 'sink\u001b[2J']);
    expect(code).to.equal(2);
    expect(stdout).to.equal('');
    expect(stderr).to.match(/^PLUS1_USAGE: there is no command "sink\\u001b\[2J"\. Fix: use one of: sync, plan, .*\n$/);
  });

  it('names the word that is too much', async () => {
    const { code, stderr } = await plus1(['help', 'sync', 'now']);
    expect(code).to.equal(2);
    expect(stderr).to.match(/^PLUS1_USAGE: there is no command "now"\. Fix: run sync --help\.\n$/);
  });
});
