/** What the pages tell people to type, typed: see "About the examples" in docs/README.md. */
import { expect } from 'chai';
import { specOrganization, startGitHub, type GitHubSimulator } from '../fakes/github/index.js';
import { SAMPLE_NAME, sampleOf } from '../sample.js';
import { blocksOf, pages, readPage } from './page.js';
import { runPage } from './shell.js';

const TOKEN = 'ghp_0123456789abcdefghijklmnopqrstuvwxyz';
/** A page takes some seconds; on a machine that does something else as well, several times that. */
const TIMEOUT_MS = 120_000;

/** How a block of commands may be marked. */
const KINDS = ['sh', 'sh norun', 'sh cluster'];

describe('examples of the documentation', function () {
  this.timeout(TIMEOUT_MS + 10_000);
  const acme = specOrganization();
  const ruleset = acme.ruleset('plus1_enforcement');
  const members = [...ruleset.members];
  let github: GitHubSimulator;
  before(async () => {
    github = await startGitHub({ organizations: [acme] });
  });
  // Each page finds the organization as it was made; all that a page can change of it is who is in the ruleset.
  beforeEach(() => {
    github.reset();
    ruleset.setMembers(members);
  });
  after(() => github.close());
  after(() => console.log(`    pages: ${SAMPLE_NAME}`));

  const typed = pages().filter(({ blocks }) => blocks.some(({ info }) => info === 'sh'));
  for (const page of sampleOf(typed, 3, 'pages')) {
    it(`${page.path}: every command works, and prints what is shown`, async () => {
      const env = { GITHUB_TOKEN: TOKEN, GITHUB_API_URL: github.apiURL };
      expect((await runPage(page, { info: 'sh', env, timeoutMs: TIMEOUT_MS })).join('\n')).to.equal('');
      expect(github.contractViolations).to.deep.equal([]);
    });
  }

  it('are marked as what is known', () => {
    const unknown = pages().flatMap(({ path, blocks }) =>
      blocks
        .filter(({ info }) => /^(ba|z)?sh/.test(info) && !KINDS.includes(info))
        .map(({ line }) => `${path}:${line}`),
    );
    expect(unknown).to.deep.equal([]);
  });
});

describe('the shell of the examples', function () {
  const page = (text: string): Parameters<typeof runPage>[0] => ({ path: 'page.md', text, blocks: blocksOf(text) });
  const run = async (text: string, timeoutMs = 10_000): Promise<string> =>
    (await runPage(page(text), { info: 'sh', env: {}, timeoutMs })).join('\n');
  const block = (commands: string, info = 'sh'): string => `\`\`\`${info}\n${commands}\n\`\`\`\n`;

  const cases: { reason: string; text: string; told: RegExp }[] = [
    {
      reason: 'the line of the page',
      text: `# Page\n\n${block('true\n(exit 3)')}`,
      told: /^page\.md:5 ended with 3/,
    },
    {
      reason: 'a second block',
      text: `${block('true')}\n${block('echo oh no >&2\nfalse')}`,
      told: /^page\.md:7 .*\noh no/,
    },
    { reason: 'a command that is hidden by a pipe', text: block('false | cat'), told: /^page\.md:2 ended with 1/ },
    { reason: 'a command that is not there', text: block('no-such-command'), told: /^page\.md:2 ended with 127/ },
    { reason: 'a page that never ends', text: block('sleep 60'), told: /^page\.md:1 took too long/ },
    {
      reason: 'a page that ends early',
      text: `${block('exit 0')}${block('true')}`,
      told: /^page\.md:4 is never reached/,
    },
    { reason: 'another output', text: `${block('echo is')}\n${block('was', 'text')}`, told: /does not print.*\nwas/ },
    {
      reason: 'another order',
      text: `${block('echo a; echo b')}${block('b\na', 'text')}`,
      told: /does not print.*\na/,
    },
  ];
  for (const { reason, text, told } of cases) {
    it(`tells of ${reason}`, async () => {
      expect(await run(text, reason.endsWith('never ends') ? 500 : undefined)).to.match(told);
    });
  }

  it('keeps variables, folder and background jobs from one block to the next', async () => {
    const first = block('mkdir a && cd a && X=1\nsleep 30 &\njob=$!');
    expect(await run(`${first}\n${block('touch "$X" && test -e ../a/1 && kill $job')}`)).to.equal('');
  });

  it('takes … for anything, and passes over what is not shown', async () => {
    expect(
      await run(`${block('echo one; echo two 2 three; echo four')}\n${block('two … three\nfour', 'text')}`),
    ).to.equal('');
  });

  it('leaves out blocks of another kind', async () => {
    expect(await run(`${block('false', 'sh norun')}${block('false', 'yaml')}${block('true')}`)).to.equal('');
  });

  it('knows where a page has its blocks', () => {
    expect(readPage('README.md').blocks[0]).to.include({ info: 'sh norun' });
  });
});
