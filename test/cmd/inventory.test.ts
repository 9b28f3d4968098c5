/** `plus1 inventory` from outside: what the index answers, which runs are asked for, and what it prints. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { expect } from 'chai';
import { inventoryCommand } from '../../cmd/plus1/inventory.js';
import { indexFolder } from '../../cmd/plus1/kept-beside.js';
import { StateFolder } from '../../pkg/policies/index.js';
import { quote } from '../../pkg/text/index.js';
import { indexFiles } from '../../pkg/workflows/index.js';
import { temporaryFolder } from '../temporary-folder.js';
import { OPTIONS, workflow } from '../workflows/build.js';
import { runCommand, type Outcome } from './command.js';

const TJ = 'tj-actions/changed-files';
const NEVER = new AbortController().signal;

describe('plus1 inventory', () => {
  let state: string;
  let api: Server;
  let env: Record<string, string>;
  let paths: string[] = [];
  const uses = (what: string): string => workflow(`      - uses: ${what}\n`);
  const indexed = (files: Record<string, string>) => repository(1, 'one', files);
  const repository = (id: number, name: string, files: Record<string, string>) => ({
    ...{ id, name, head: 'a', tree: 'b' },
    files: indexFiles(
      Object.entries(files).map(([path, content]) => ({ path: `.github/workflows/${path}`, content })),
      OPTIONS,
    ),
  });

  before(async () => {
    state = temporaryFolder();
    const key = { namespace: 'default', name: 'acme' };
    const policy = {
      ...{ apiVersion: 'plus1.dev/v1alpha1', kind: 'Plus1Policy', metadata: { ...key, uid: 'u' } },
      ...{ spec: { organization: 'acme' }, status: {} },
    };
    mkdirSync(state, { recursive: true });
    await new StateFolder(state).write(key, policy as never, NEVER);
    const repositories = [
      repository(1, 'shop', { 'a.yml': uses(`${TJ}@v45`), 'b.yml': uses('actions/checkout@v4') }),
      repository(2, 'pay', { 'a.yml': uses(`${TJ}@v44`) }),
      repository(3, 'odd', { '=a.yml': 'jobs: [' }),
      repository(4, 'shut', { 'a.yml': uses(`${TJ}@v45`) }),
    ];
    await indexFolder(state).save(key, { version: 3, rules: 'r', organizationID: 1, repositories }, NEVER);
    api = createServer((request, response) => {
      paths.push(decodeURIComponent(request.url ?? ''));
      const status = request.url?.includes('/shut/') === true ? 403 : 200;
      const run = (id: number, path: string) => ({
        id,
        path,
        head_sha: 'f'.repeat(40),
        created_at: '2025-03-14T12:00:00Z',
      });
      const workflow_runs = [run(7, '.github/workflows/a.yml'), run(8, '.github/workflows/b.yml')];
      response.writeHead(status, { 'content-type': 'application/json' });
      response.end(JSON.stringify(status === 200 ? { total_count: 2, workflow_runs } : { message: 'no' }));
    });
    await new Promise<void>((resolve) => api.listen(0, '127.0.0.1', resolve));
    const { port } = api.address() as AddressInfo;
    env = { GITHUB_TOKEN: 'ghp_0123456789abcdefghijklmnopqrstuvwxyz', GITHUB_API_URL: `http://127.0.0.1:${port}` };
  });
  after(() => new Promise((resolve) => api.close(resolve)));
  beforeEach(() => (paths = []));

  const run = (args: string[], environment: Record<string, string> = {}): Promise<Outcome> =>
    runCommand(inventoryCommand, [...args, '--state', state], { cwd: state, env: environment });

  it('answers without a request, and lists what could not be read', async () => {
    const outcome = await run([TJ, '--format', 'json'], env);
    expect(outcome.code).to.equal(0);
    const answer = JSON.parse(outcome.stdout);
    expect(answer).to.include({ action: TJ, ref: null, ran: null });
    expect(answer.refers.map((one: { repository: string }) => one.repository)).to.deep.equal(['pay', 'shop', 'shut']);
    expect(answer.refers[0]).to.deep.equal({
      ...{ repository: 'pay', file: '.github/workflows/a.yml', job: 'build', line: 6, ref: 'v44', via: 'direct' },
    });
    expect(answer.unknown).to.have.length(1);
    expect(answer.unknown[0]).to.include({ repository: 'odd', file: '.github/workflows/=a.yml' });
    expect(paths).to.deep.equal([]);
  });

  it('asks one request for each repository that refers, and takes runs of the files that refer', async () => {
    const outcome = await run(
      [`${TJ}@v45`, '--runs', '--since', '2025-03-14', '--until', '2025-03-16', '--format', 'json'],
      env,
    );
    const { ran, unknown } = JSON.parse(outcome.stdout);
    expect(ran).to.deep.equal([{ repository: 'shop', run: 7, time: '2025-03-14T12:00:00Z', sha: 'f'.repeat(40) }]);
    expect(unknown.map(({ why }: { why: string }) => why)).to.include(
      'GitHub refused its runs: the token needs Actions: read',
    );
    expect(paths.map((path) => path.split('?')[0])).to.deep.equal([
      '/repos/acme/shop/actions/runs',
      '/repos/acme/shut/actions/runs',
    ]);
    expect(paths[0]).to.include('created=2025-03-14T00:00:00Z..2025-03-16T00:00:00Z');
    expect(outcome.stdout + outcome.stderr).to.not.include('ghp_');
  });

  it('prints a line for each, or a table that no program takes for formulas', async () => {
    expect((await run([TJ])).stdout).to.include('pay/.github/workflows/a.yml:6: job build: @v44\n');
    expect((await run([TJ])).stdout).to.include(`3 references to ${TJ} in 3 repositories, 1 not known`);
    const csv = (await run([TJ, '--format', 'csv'])).stdout.split('\r\n');
    expect(csv[0]).to.equal('kind,repository,file,line,job,ref,via,run,time,sha,why');
    expect(csv[1]).to.equal('refers,pay,.github/workflows/a.yml,6,build,v44,direct,,,,');
  });

  it('takes times, begins a day at midnight, and ends now where no end is given', async () => {
    const nowMs = Date.UTC(2025, 2, 15, 12, 0, 0, 999);
    const args = [TJ, '--runs', '--since', '2025-03-14T06:30:00Z', '--format', 'csv', '--state', state];
    const outcome = await runCommand(inventoryCommand, args, { cwd: state, env, nowMs });
    expect(paths[0]).to.include('created=2025-03-14T06:30:00Z..2025-03-15T12:00:00Z');
    const rows = outcome.stdout.split('\r\n');
    expect(rows).to.include(`ran,shop,,,,,,7,2025-03-14T12:00:00Z,${'f'.repeat(40)},`);
    expect(rows).to.include('unknown,shut,runs,,,,,,,,GitHub refused its runs: the token needs Actions: read');
    expect(outcome.stdout).to.match(/^unknown,odd,\.github\/workflows\/=a\.yml,/m);
    const text = await run([TJ, '--runs', '--since', '2025-03-14', '--until', '2025-03-14'], env);
    expect(text.stdout).to.include(`shop: run 7 of 2025-03-14T12:00:00Z, commit ${'f'.repeat(40)}\n`);
    expect(text.stdout).to.match(/, \d runs in the window\n$/);
    expect(paths.at(-1)).to.include('created=2025-03-14T00:00:00Z..2025-03-14T00:00:00Z');
  });

  it('finds an action in any case, and neither what lies below another one nor the beginning of a tag', async () => {
    const [whole, below] = [
      await run([TJ.toUpperCase(), '--format', 'json']),
      await run([`${TJ}/below`, '--format', 'json']),
    ];
    expect([JSON.parse(whole.stdout).refers.length, JSON.parse(below.stdout).refers.length]).to.deep.equal([3, 0]);
    expect((await run([`${TJ}@v4`, '--format', 'json'])).stdout).to.include('"refers":[]');
  });

  it('answers for the policy or the organization that is named, and asks which where there are several', async () => {
    const several = temporaryFolder();
    const keep = async (namespace: string, organization: string, repository: string): Promise<void> => {
      const key = { namespace, name: 'acme' };
      const policy = {
        ...{ apiVersion: 'plus1.dev/v1alpha1', kind: 'Plus1Policy', metadata: { ...key, uid: namespace } },
        ...{ spec: { organization }, status: {} },
      };
      await new StateFolder(several).write(key, policy as never, NEVER);
      const repositories = [{ ...indexed({ 'a.yml': uses(`${TJ}@v45`) }), name: repository }];
      await indexFolder(several).save(key, { version: 3, rules: 'r', organizationID: 1, repositories }, NEVER);
    };
    await keep('default', 'Acme', 'shop');
    await keep('team', 'globex', 'pay');
    const ask = (...flags: string[]): Promise<Outcome> =>
      runCommand(inventoryCommand, [TJ, '--state', several, ...flags], { cwd: state });
    for (const [flags, repository] of [
      [['--org', 'ACME'], 'shop'],
      [['--policy', 'default/acme'], 'shop'],
      [['--policy', 'team/acme'], 'pay'],
      [['--org', 'globex'], 'pay'],
    ] as const) {
      const { code, stdout } = await ask(...flags);
      expect([code, stdout.split('/')[0]]).to.deep.equal([0, repository]);
    }
    expect(await ask()).to.include({ code: 2, stdout: '' });
    expect((await ask()).stderr).to.include('--org: found indexes of acme, globex; name one of them');
    expect((await ask('--policy', 'acme')).stderr).to.match(
      /^PLUS1_USAGE: --policy: found default\/acme, team\/acme; name the namespace too/,
    );
    expect(await ask('--policy', 'nobody')).to.include({ code: 1, stdout: '' });
    // Two policies of one organization, whose login is written in two ways.
    await keep('third', 'aCME', 'shop');
    expect((await ask('--org', 'acme')).code).to.equal(0);
  });

  const wrong: [args: string[], code: number, text: string][] = [
    [['no-action'], 2, 'allowed: OWNER/ACTION'],
    [[TJ, '--runs'], 2, '--since'],
    [[TJ, '--since', 'yesterday'], 2, '--since'],
    [[TJ, '--since', '2025-02-30'], 2, '--since: found "2025-02-30"'],
    [[TJ, '--until', '2025-03-14T25:00:00Z'], 2, '--until: found'],
    [[TJ, '--since', '2025-03-16', '--until', '2025-03-14'], 2, 'found a time after --until'],
    [[`${TJ}@v1@v2`], 2, 'allowed: OWNER/ACTION, or OWNER/ACTION@REF'],
    [[`${TJ}@`], 2, 'allowed: OWNER/ACTION'],
    [[`${TJ} x`], 2, 'allowed: OWNER/ACTION'],
    [['a\u202e/b'], 2, 'found "a\\u202e/b"'],
    [[TJ, 'b/c'], 2, 'too many arguments'],
    [[], 2, 'missing required argument'],
    [[TJ, '--format', 'xml'], 2, '--format'],
    [[TJ, '--org', ''], 2, 'argument is empty'],
    [[TJ, '--policy', 'team/nobody'], 1, 'PLUS1_NOT_KNOWN'],
    [[TJ, '--policy', 'a', '--org', 'b'], 2, 'one of them'],
    [[TJ, '--org', 'nobody'], 1, 'PLUS1_NOT_KNOWN'],
    [[TJ, '--runs', '--since', '2025-03-14', '--until', '2025-03-16'], 2, 'GITHUB_TOKEN'],
  ];
  for (const [args, code, text] of wrong) {
    it(`refuses ${quote(args.join(' '))}`, async () => {
      const outcome = await run(args);
      expect(outcome.stderr).to.include(text);
      expect(outcome.code).to.equal(code);
    });
  }

  it('says what to do where nothing was kept', async () => {
    const empty = join(state, 'empty');
    mkdirSync(empty);
    writeFileSync(join(empty, 'x'), '');
    const outcome = await runCommand(inventoryCommand, [TJ, '--state', empty], { cwd: state });
    expect(outcome.code).to.equal(1);
    expect(outcome.stderr).to.include('workflows.enabled');
  });
});
