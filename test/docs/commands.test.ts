/** What the pages say of the program itself: each command is listed, and a command in a pod is one that the image has. */
import { readFileSync } from 'node:fs';
import { expect } from 'chai';
import { plus1 } from '../../cmd/plus1/commands.js';
import { runCommand } from '../cmd/command.js';
import { pages, readPage } from './page.js';

describe('the program, as the pages name it', () => {
  it('has a line of the command line page for each command', async () => {
    const list = readPage('docs/reference/cli.md').text.split('\n## ', 1)[0] ?? '';
    const listed = [...list.matchAll(/^ {4}plus1 (\w+) /gm)].map(([, name]) => name);
    const { stdout } = await runCommand((io) => plus1(io), ['--help'], { cwd: '/' });
    const there = [...(stdout.split('Commands:')[1] ?? '').matchAll(/^ {2}(\w+) /gm)].map(([, name]) => name);
    expect(listed).to.have.members(there);
  });

  it('is started in a pod as the image has it: there is no plus1 on the PATH of a container', () => {
    const entrypoint = /^ENTRYPOINT (.*)$/m.exec(readFileSync('deploy/image/Dockerfile', 'utf8'))?.[1] ?? '[]';
    const program = (JSON.parse(entrypoint) as string[]).join(' ');
    const typed = pages().flatMap(({ path, text }) =>
      [...text.matchAll(/exec plus1-0 -- (?!tar )(.*)/g)].map(([, command = '']) => ({ path, command })),
    );
    expect(typed.length).to.be.greaterThan(1);
    for (const { path, command } of typed) expect(command, path).to.match(new RegExp(`^${program} `));
  });
});
