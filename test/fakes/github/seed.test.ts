import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { expect } from 'chai';
import { parseAllDocuments } from 'yaml';
import { parseCommandLine } from './command-line.js';
import type { Organization } from './index.js';
import { readFolder, seedOrganization, specOrganization } from './index.js';

const counted = (organization: Organization): Record<string, number> => {
  const counts: Record<string, number> = {};
  for (const { expected = '' } of organization.repositories) counts[expected] = (counts[expected] ?? 0) + 1;
  return counts;
};
const textOf = (organization: Organization): string[] =>
  organization.repositories.map(({ files }) => String(files.get('entity.datadog.yaml')?.content));

describe('GitHub simulator: seeds', () => {
  it('make the example of the specification', () => {
    expect(counted(specOrganization())).to.deep.equal({
      valid_production: 450,
      invalid_schema: 25,
      missing_lifecycle: 75,
      archived_skipped: 200,
      valid_non_production: 500,
    });
  });

  it('are the same on every run, and others for another number', () => {
    const options = { login: 'acme', repositories: 50, production: 20 };
    expect(textOf(seedOrganization(options))).to.deep.equal(textOf(seedOrganization(options)));
    expect(textOf(seedOrganization({ ...options, seed: 2 }))).to.not.deep.equal(textOf(seedOrganization(options)));
  });

  it('date none after the present day, however many there are', () => {
    const last = Math.max(
      ...seedOrganization({ login: 'acme', repositories: 30_000 }).repositories.map((each) => each.createdAt),
    );
    expect(last).to.be.below(Date.UTC(2026, 0, 1));
  });

  it('write files of the size of real ones, of which the valid ones parse', () => {
    const organization = seedOrganization({ login: 'acme', repositories: 300, production: 200, invalidYaml: 20 });
    let several = 0;
    for (const { files, expected } of organization.repositories) {
      const text = String(files.get('entity.datadog.yaml')?.content);
      expect(text.length).to.be.within(300, 1_800);
      const documents = parseAllDocuments(text);
      several += Array.isArray(documents) && documents.length > 1 ? 1 : 0;
      const errors = [documents].flat().some((document) => 'errors' in document && document.errors.length > 0);
      expect(errors, text).to.equal(expected === 'invalid_yaml');
    }
    expect(several).to.be.within(10, 60);
  });

  it('have a ruleset to keep and one that belongs to somebody else', () => {
    const options = { login: 'acme', repositories: 20, production: 6 };
    const [ours, foreign] = seedOrganization(options).rulesets;
    expect(ours?.name).to.equal('plus1_enforcement');
    expect(ours?.members).to.have.length(1);
    expect(foreign?.conditions).to.have.property('repository_name');
    expect(seedOrganization({ ...options, rulesetMembers: 'production' }).rulesets[0]?.members).to.have.length(6);
    expect(seedOrganization({ ...options, rulesetMembers: [1, 2] }).rulesets[0]?.members).to.deep.equal([1, 2]);
  });

  it('refuse more of a kind than there are repositories', () => {
    expect(() => seedOrganization({ login: 'acme', repositories: 1, production: 2 })).to.throw(
      '2 repositories asked for',
    );
  });
});

describe('GitHub simulator: folders', () => {
  let folder: string;
  const write = (path: string, text: string): void => {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  };
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'github-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  it('become organizations, with what organization.yaml says of them', () => {
    write('acme/orders/entity.datadog.yaml', 'apiVersion: v3\n');
    write('acme/orders/docs/more.md', '#');
    write('acme/old/README.md', '#');
    write('acme/void/.gitkeep', '');
    write(
      'acme/organization.yaml',
      'plan: enterprise\nruleset: {name: kept, repositories: [orders]}\nrepositories:\n  old: {archived: true, visibility: public, defaultBranch: trunk, author: grace}\n',
    );
    symlinkSync('entity.datadog.yaml', join(folder, 'acme/orders/link.yaml'));
    const [acme, ...rest] = readFolder(folder);
    expect([acme?.login, acme?.plan, rest.length]).to.deep.equal(['acme', 'enterprise', 0]);
    expect(
      acme?.repositories.map(({ name, isArchived, isEmpty, visibility, defaultBranch }) => [
        name,
        isArchived,
        isEmpty,
        visibility,
        defaultBranch,
      ]),
    ).to.deep.equal([
      ['old', true, false, 'public', 'trunk'],
      ['orders', false, false, 'private', 'main'],
      ['void', false, true, 'private', 'main'],
    ]);
    const { files, id } = acme?.get('orders') ?? {};
    expect([...(files?.keys() ?? [])].sort()).to.deep.equal(['docs/more.md', 'entity.datadog.yaml', 'link.yaml']);
    expect(files?.get('link.yaml')).to.deep.equal({ content: 'entity.datadog.yaml', mode: '120000' });
    expect(acme?.get('old').head?.author.login).to.equal('grace');
    expect(acme?.ruleset('kept').members).to.deep.equal([id]);
  });
});

describe('GitHub simulator: command line', () => {
  const main = new URL('./main.ts', import.meta.url).pathname;

  it('prints one line with its address, serves, and stops when it is told to', async () => {
    const child = spawn(
      process.execPath,
      ['--import', 'tsx', main, '--seed-org', 'tiny:50', '--token', 'ghp_only', '--fault', '2:status:{"status":504}'],
      { stdio: ['ignore', 'pipe', 'inherit'] },
    );
    try {
      const [line] = (await once(child.stdout, 'data')) as [Buffer];
      const { apiURL, organizations } = JSON.parse(line.toString()) as { apiURL: string; organizations: unknown };
      expect(organizations).to.deep.equal([{ login: 'tiny', repositories: 50 }]);
      const status = async (token: string): Promise<number> =>
        (await fetch(`${apiURL}/orgs/tiny`, { headers: { authorization: `Bearer ${token}`, 'user-agent': 'x' } }))
          .status;
      expect([await status('ghp_only'), await status('ghp_only'), await status('other')]).to.deep.equal([
        200, 504, 401,
      ]);
    } finally {
      child.kill('SIGTERM');
    }
    const [code] = (await once(child, 'exit')) as [number];
    expect(code).to.equal(0);
  });

  it('tells what it can do', async () => {
    const { stdout } = await promisify(execFile)(process.execPath, ['--import', 'tsx', main, '--help']);
    expect(stdout).to.contain('--folder DIR').and.to.contain('put-applied-500');
  });

  it('reads latency, limits and faults', () => {
    const { options, faults } = parseCommandLine([
      '--seed-org',
      'a:10',
      '--latency-request-ms',
      '5',
      '--rest-limit',
      '9',
      '--ghes',
      '--fault',
      '3:timeout',
    ]);
    expect(options.latency).to.deep.equal({ requestMs: 5, repositoryMs: 0, fileMs: 0 });
    expect(options.rateLimit).to.deep.include({ rest: 9, graphql: 5_000 });
    expect(options.basePath).to.equal('/api/v3');
    expect(faults).to.deep.equal([{ at: 3, fault: { kind: 'timeout' } }]);
  });

  for (const { reason, args } of [
    { reason: 'a fault that does not exist', args: ['--fault', '1:nonsense'] },
    { reason: 'a fault at no request', args: ['--fault', '0:reset'] },
    { reason: 'an organization without a size', args: ['--seed-org', 'acme'] },
    { reason: 'a port that is no number', args: ['--port', 'x'] },
    { reason: 'an unknown flag', args: ['--nonsense'] },
  ]) {
    it(`refuses ${reason}`, () => {
      expect(() => parseCommandLine(args)).to.throw();
    });
  }
});
