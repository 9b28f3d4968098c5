/** `plus1 workflows` from outside: what it reads, what it prints, and how it ends. */
import { createSocket, type Socket } from 'node:dgram';
import { cpSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { Ajv } from 'ajv';
import formats from 'ajv-formats';
import { expect } from 'chai';
import { workflowsCommand } from '../../cmd/plus1/workflows.js';
import { temporaryFolder } from '../temporary-folder.js';
import { harden, SHA, workflow } from '../workflows/build.js';
import { runCommand, type Outcome } from './command.js';

const GOOD = workflow(harden());
const AUDIT = workflow(harden({ with: ['egress-policy: audit'] }));
const BARE = workflow('');
const STORE = workflow(harden({ with: ['policy: ours'] }));
const CALLER = 'jobs:\n  a:\n    uses: ./.github/workflows/b.yml\n';
const LITERAL = workflow(
  harden({ with: ['allowed-endpoints: |\n  a.com:443\n  b.com:443\n  c.com:443\n  d.com:443\n  e.com:443'] }),
);
const fixtures = new URL('../fixtures/', import.meta.url);

describe('plus1 workflows', () => {
  let made: string;
  before(() => {
    made = temporaryFolder();
  });
  let folder: string;
  let count = 0;
  beforeEach(() => {
    folder = join(made, `run-${(count += 1)}`);
    mkdirSync(folder);
  });
  const write = (path: string, content: string | Uint8Array): void => {
    mkdirSync(join(folder, path, '..'), { recursive: true });
    writeFileSync(join(folder, path), content);
  };
  const run = (args: string[], env: Record<string, string> = {}): Promise<Outcome> =>
    runCommand(workflowsCommand, args, { cwd: folder, env });
  type Row = {
    file: string;
    kind: string;
    jobs: { name: string; status: string; findings: { code: string; line: number }[] }[];
  };
  const rows = ({ stdout }: Outcome): Row[] => JSON.parse(stdout).results;

  describe('exit codes', () => {
    const cases: [what: string, content: string, flags: string[], code: number][] = [
      ['a job that holds', GOOD, [], 0],
      ['a job that records', AUDIT, [], 1],
      ['a job that records, where that is enough', AUDIT, ['--require', 'audit'], 0],
      ['a job without the step', BARE, [], 1],
      ['a job without the step, whatever is accepted', BARE, ['--require', 'audit', '--allow-delegated'], 1],
      ['a policy store', STORE, [], 1],
      ['a policy store that is accepted', STORE, ['--allow-delegated'], 0],
      ['a caller', CALLER, [], 1],
      ['a caller that is accepted', CALLER, ['--allow-delegated'], 0],
      ['an old version', GOOD, ['--floor', 'v2.20.0'], 1],
      ['a broken file', 'jobs: [', ['--allow-delegated'], 1],
      ['a file without jobs', 'jobs: {}', [], 0],
      ['a floor that is no version', GOOD, ['--floor', '2'], 2],
      ['two formats', GOOD, ['-j', '--format', 'sarif'], 2],
    ];
    for (const [what, content, flags, code] of cases) {
      it(`is ${code} for ${what}`, async () => {
        write('.github/workflows/a.yml', content);
        const outcome = await run(['.', ...flags]);
        expect(outcome.code, outcome.stdout + outcome.stderr).to.equal(code);
      });
    }

    it('is 2 for a path that does not exist; the others are judged all the same', async () => {
      write('a.yml', GOOD);
      const outcome = await run(['gone', 'a.yml', '-j']);
      expect(outcome.code).to.equal(2);
      expect(outcome.stderr).to.include('PLUS1_FILE_UNREADABLE').and.include('gone');
      expect(rows(outcome)).to.have.length(1);
    });

    it('is 2 without a path', async () => {
      expect((await run([])).code).to.equal(2);
    });
  });

  describe('paths', () => {
    beforeEach(() => {
      write('.github/workflows/b.yaml', GOOD);
      write('.github/workflows/a.yml', GOOD);
      write('.github/workflows/notes.txt', 'x');
      write('.github/workflows/old/c.yml', BARE);
    });

    it('may be the folder of the repository or that of the workflows', async () => {
      const names = ['.github/workflows/a.yml', '.github/workflows/b.yaml'];
      for (const path of ['.', '.github/workflows'])
        expect(rows(await run([path, '-j'])).map(({ file }) => file)).to.deep.equal(names);
    });

    it('may name a file twice, which is judged once', async () => {
      expect(rows(await run(['.', '.github/workflows/a.yml', '-j']))).to.have.length(2);
    });

    it('may be links, which are not read', async () => {
      symlinkSync('a.yml', join(folder, '.github/workflows/link.yml'));
      const [, , row] = rows(await run(['.', '-j']));
      expect(row?.jobs[0]).to.deep.include({ status: 'unknown' });
    });

    it('lead to local actions that hold the step, also over others', async () => {
      write('.github/workflows/a.yml', workflow('      - uses: ./.github/actions/outer\n'));
      write(
        '.github/actions/outer/action.yml',
        'runs:\n  using: composite\n  steps:\n    - uses: ./.github/actions/inner\n',
      );
      write(
        '.github/actions/inner/action.yaml',
        `runs:\n  using: composite\n  steps:\n${harden().replaceAll(/^ {2}/gm, '')}`,
      );
      const found = rows(await run(['.', '-j']));
      expect(found.map(({ file, kind }) => `${kind} ${file}`)).to.deep.equal([
        'workflow .github/workflows/a.yml',
        'workflow .github/workflows/b.yaml',
        'composite .github/actions/inner/action.yaml',
      ]);
      expect(found[0]?.jobs[0]?.findings.map(({ code }) => code)).to.include('nested-in-local-action');
    });

    it('never lead out of the repository', async () => {
      write('.github/workflows/a.yml', workflow('      - uses: ./../../outside\n'));
      expect((await run(['.', '-j'])).code).to.equal(1);
    });
  });

  describe('text', () => {
    it('is a line a job and a line a finding, with what to do', async () => {
      write('a.yml', BARE);
      expect((await run(['a.yml'])).stdout).to.equal(
        [
          'a.yml:3:3: job build: unprotected, no step limits what it sends out',
          'a.yml:3:3: error job-unprotected: found no harden-runner step, expected step-security/harden-runner as the first step of the job itself; add the step, with egress-policy: block and the endpoints that the job needs',
          '0 of 1 jobs meet --require holds: 1 unprotected',
          '',
        ].join('\n'),
      );
    });

    it('says of many findings of one kind how many more there are', async () => {
      write('a.yml', LITERAL);
      const lines = (await run(['a.yml'])).stdout.split('\n');
      expect(lines.filter((line) => line.includes('list-newline'))).to.have.length(3);
      expect(lines.join('\n')).to.include('(and 2 more, to line 13)');
    });

    it('is without hints and without what is well where it is to be quiet', async () => {
      write('a.yml', GOOD);
      write('b.yml', BARE.replace('runs-on', 'name: "\\e[2J"\n    runs-on'));
      expect((await run(['-q', '.'])).stdout.split('\n').map((line) => line.split(' ')[1])).to.deep.equal([
        'job',
        'error',
        undefined,
      ]);
    });

    it('prints nothing that a terminal would act on', async () => {
      write('a.yml', `jobs:\n  "a\\e[2J": {runs-on: x, steps: [{uses: "a\\u202e/b@v1"}]}\n`);
      // eslint-disable-next-line no-control-regex -- what must not be there
      expect((await run(['a.yml'])).stdout).to.not.match(/[\u001b\u202e]/);
    });
  });

  it('prints JSON as it is promised', async () => {
    write('a.yml', GOOD);
    const [row] = rows(await run(['a.yml', '-j']));
    expect(row).to.deep.equal({
      file: 'a.yml',
      kind: 'workflow',
      jobs: [
        {
          ...{ name: 'build', status: 'holds', policy: 'block' },
          ...{ endpoints: ['github.com:443'], agentEndpoints: ['github.com:443'] },
          implicit: (row?.jobs[0] as unknown as { implicit: string[] }).implicit,
          actions: [{ name: 'step-security/harden-runner', ref: SHA, pinned: true }],
          ...{ position: 1, findings: [], line: 3, column: 3 },
        },
      ],
    });
  });

  describe('SARIF', () => {
    const schema = JSON.parse(readFileSync(new URL('sarif-schema-2.1.0.json', fixtures), 'utf8')) as Record<
      string,
      unknown
    >;
    const { $schema: _, id, ...rest } = schema;
    const ajv = new Ajv({ strict: false, allErrors: true });
    formats.default(ajv);
    const isValid = ajv.compile({ $id: id as string, ...rest });

    it('is valid by its schema for every file of public projects', async () => {
      cpSync(new URL('workflows', fixtures), join(folder, 'odd name#'), { recursive: true });
      const { stdout, code } = await run(['odd name#', '--format', 'sarif']);
      const log = JSON.parse(stdout);
      expect(isValid(log), JSON.stringify(isValid.errors?.slice(0, 3))).to.equal(true);
      expect(code).to.equal(1);
      expect(log.runs[0].results.length).to.be.above(100);
      const uris = new Set(
        (log.runs[0].results as { locations: { physicalLocation: { artifactLocation: { uri: string } } }[] }[]).map(
          (one) => one.locations[0]?.physicalLocation.artifactLocation.uri,
        ),
      );
      expect(uris).to.include('odd%20name%23/made-literal-many.yml');
    });

    it('is valid where nothing is found, and names files relative to the repository', async () => {
      write('sub/a.yml', GOOD);
      const empty = JSON.parse((await run(['sub/a.yml', '--format', 'sarif'])).stdout);
      expect(isValid(empty)).to.equal(true);
      write('sub/a.yml', BARE);
      const env = { GITHUB_WORKSPACE: join(folder, 'sub') };
      const { runs } = JSON.parse((await run(['sub/a.yml', '--format', 'sarif'], env)).stdout);
      expect(runs[0].results[0].locations[0].physicalLocation.artifactLocation.uri).to.equal('a.yml');
    });
  });

  describe('--resolve', () => {
    let dns: Socket;
    let api: Server;
    let env: Record<string, string>;
    const tags: { name: string; commit: { sha: string } }[] = [];
    let status = 200;
    before(async () => {
      dns = createSocket('udp4').on('message', (question, from) =>
        dns.send(answerOf(question), from.port, from.address),
      );
      await new Promise<void>((resolve) => dns.bind(0, '127.0.0.1', resolve));
      api = createServer((request, response) => {
        const isPage = request.url?.includes('page=1') === true;
        response.writeHead(status, { 'content-type': 'application/json' });
        response.end(JSON.stringify(status === 200 ? (isPage ? tags : []) : { message: 'no' }));
      });
      await new Promise<void>((resolve) => api.listen(0, '127.0.0.1', resolve));
      env = {
        PLUS1_DNS_SERVERS: `127.0.0.1:${dns.address().port}`,
        GITHUB_API_URL: `http://127.0.0.1:${(api.address() as AddressInfo).port}`,
      };
    });
    after(async () => {
      dns.close();
      await new Promise((resolve) => api.close(resolve));
    });
    beforeEach(() => {
      status = 200;
      tags.splice(0, tags.length, { name: 'v2.19.4', commit: { sha: SHA } });
    });

    it('finds names that are gone, and takes no answer for no proof', async () => {
      const list = (names: string): string => workflow(harden({ with: [`allowed-endpoints: ${names}`] }));
      write('a.yml', list('github.com:443 gone.example.org:443'));
      const gone = await run(['a.yml', '--resolve', '-j'], env);
      expect(rows(gone)[0]?.jobs[0]?.findings.map(({ code }) => code)).to.deep.equal(['endpoint-unresolvable']);
      expect(gone.code).to.equal(1);
      write('a.yml', list('github.com:443 refused.example.org:443'));
      const refused = await run(['a.yml', '--resolve', '-j'], env);
      expect(refused).to.include({ code: 0 });
      expect(refused.stderr).to.include('1 names got no answer and prove nothing: refused.example.org');
    });

    it('trusts the tags and not the comment', async () => {
      write('a.yml', GOOD);
      expect((await run(['a.yml', '--resolve'], env)).code).to.equal(0);
      tags.splice(0, 1, { name: 'v2.9.1', commit: { sha: SHA } });
      const old = await run(['a.yml', '--resolve', '-j'], env);
      expect(rows(old)[0]?.jobs[0]).to.deep.include({ status: 'disarmed' });
    });

    it('goes on with the comment where GitHub refuses', async () => {
      status = 403;
      write('a.yml', GOOD);
      const outcome = await run(['a.yml', '--resolve'], env);
      expect(outcome.code).to.equal(0);
      expect(outcome.stderr).to.include('GitHub answered 403');
    });
  });
});

/** An answer of DNS: an address, no such name for `gone`, a refusal for `refused`. */
function answerOf(question: Buffer): Buffer {
  const name = question.toString('latin1', 12);
  const code = name.includes('gone') ? 3 : name.includes('refused') ? 5 : 0;
  const head = Buffer.from(question.subarray(0, 12));
  head.writeUInt16BE(0x8180 | code, 2);
  head.writeUInt16BE(code === 0 ? 1 : 0, 6);
  head.writeUInt16BE(0, 8);
  head.writeUInt16BE(0, 10);
  const end = question.indexOf(0, 12) + 5;
  const body = question.subarray(12, end);
  if (code !== 0) return Buffer.concat([head, body]);
  const record = Buffer.from([0xc0, 0x0c, 0, 1, 0, 1, 0, 0, 0, 60, 0, 4, 127, 0, 0, 1]);
  return Buffer.concat([head, body, record]);
}
