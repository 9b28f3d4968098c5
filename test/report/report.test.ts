/** The report, as it is promised: its fields and no others, sums that agree, lists in order, words of one vocabulary. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { FINDING_STATUSES } from '../../pkg/api/index.js';
import type { Report } from '../../pkg/report/index.js';
import { Organization, seedOrganization, startGitHub, type GitHubSimulator } from '../fakes/github/index.js';
import { say, town } from '../builders.js';
import { plus1, reportOf, temporaryFolder } from '../integration/cli.js';

const isSorted = (texts: readonly string[]): boolean =>
  texts.every((text, index) => index === 0 || (texts[index - 1] ?? '') <= text);

describe('The report', () => {
  let github: GitHubSimulator;
  afterEach(() => github.close());

  describe('of an organization with everything in it', () => {
    let report: Report;
    let acme: Organization;
    beforeEach(async () => {
      acme = seedOrganization({
        ...{ login: 'acme', repositories: 80, production: 21, missingLifecycle: 4, missingFile: 5, invalidYaml: 3 },
        ...{ invalidSchema: 4, archived: 6, empty: 2, disabled: 2, unreadable: 6, rulesetMembers: 'production' },
      });
      github = await startGitHub({ organizations: [acme] });
      const [excluded, hidden] = acme.expecting('valid_non_production');
      if (excluded === undefined || hidden === undefined) throw new Error('too few repositories');
      const file = join(temporaryFolder(), 'policy.json');
      const spec = { organization: 'acme', github: {}, repositories: { exclude: [excluded.name] } };
      writeFileSync(
        file,
        JSON.stringify({ apiVersion: 'plus1.dev/v1alpha1', kind: 'Plus1Policy', metadata: { name: 'acme' }, spec }),
      );
      excluded.expected = 'excluded';
      hidden.expected = 'unobserved';
      const asksFor = ({ body }: { body: unknown }): number =>
        ((body as { variables?: { ids?: string[] } } | undefined)?.variables?.ids ?? []).indexOf(hidden.nodeID);
      for (let at = 0; at < 50; at += 1) {
        github.faults.when(
          (request) => asksFor(request) === at,
          { kind: 'graphql-partial', target: 'node', index: at },
          Infinity,
        );
      }
      const ran = await plus1(['sync', '-f', file, '--format', 'json'], { github });
      expect(ran.code, 'one repository stayed unknown').to.equal(1);
      expect(ran.stderr).to.match(/^PLUS1_LISTING_INCOMPLETE: [^\n]+ Fix: [^\n]+\n$/);
      report = reportOf(ran);
    });

    it('has these fields, in this order, and no others', () => {
      expect(Object.keys(report)).to.deep.equal([
        ...['timestamp', 'organization', 'ruleset_name', 'compliance_status', 'analysis_summary', 'changes_applied'],
        ...['dry_run', 'complete', 'ruleset_enforcement', 'plan', 'repositories', 'exempted'],
      ]);
      expect(Object.keys(report.compliance_status)).to.deep.equal([
        ...['total_repositories', 'production_repositories', 'governed_repositories', 'ungoverned_repositories'],
        'compliance_percentage',
      ]);
      expect(Object.keys(report.analysis_summary).sort()).to.deep.equal([...FINDING_STATUSES].sort());
      expect(Object.keys(report.plan)).to.deep.equal(['hash', 'held', 'hold_reason', 'enter', 'leave', 'retain']);
      for (const repository of report.repositories)
        expect(Object.keys(repository)).to.deep.equal([
          'name',
          'id',
          'status',
          'lifecycles',
          'governed',
          'effective',
          'reasons',
        ]);
      expect(report.timestamp).to.match(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
      expect(report).to.include({ complete: false, dry_run: false, ruleset_enforcement: 'active' });
    });

    it('tells of each repository what it is', () => {
      const expected = acme.repositories.map(({ name, expected }) => [name, expected]).sort();
      expect(report.repositories.map(({ name, status }) => [name, status])).to.deep.equal(expected);
      expect(isSorted(report.repositories.map(({ name }) => name))).to.equal(true);
    });

    it('adds up', () => {
      const { total_repositories: total, ...rest } = report.compliance_status;
      expect(total).to.equal(80);
      expect(Object.values(report.analysis_summary).reduce((sum, count) => sum + count)).to.equal(total);
      for (const status of FINDING_STATUSES)
        expect(report.repositories.filter((each) => each.status === status)).to.have.length(
          report.analysis_summary[status],
        );
      expect(rest).to.deep.equal({
        ...{
          production_repositories: 21,
          governed_repositories: 21,
          ungoverned_repositories: 0,
          compliance_percentage: 100,
        },
      });
      expect(report.repositories.filter(({ governed }) => governed)).to.have.length(21);
    });

    it('tells owners where a finding stands and how to fix it', () => {
      const reasons = report.repositories
        .filter(({ status }) => status.startsWith('invalid'))
        .flatMap(({ reasons }) => reasons);
      expect(reasons.length).to.be.at.least(7);
      for (const reason of reasons) {
        expect(Object.keys(reason).sort()).to.deep.equal([
          'code',
          'column',
          'expected',
          'file',
          'fix',
          'found',
          'line',
          'severity',
        ]);
        expect(reason).to.include({ file: 'entity.datadog.yaml' });
        expect(reason.line).to.be.at.least(1);
      }
    });
  });

  it('rounds the share to one decimal, never up to 100', async () => {
    const acme = town({ members: 1_999, promoted: 1 });
    github = await startGitHub({ organizations: [acme] });
    const dry = reportOf(await plus1(['plan', '--org', 'acme', '--format', 'json'], { github }));
    expect(dry.compliance_status).to.include({ production_repositories: 2_000, ungoverned_repositories: 1 });
    expect(dry.compliance_status.compliance_percentage).to.equal(99.9);
    expect(dry.changes_applied).to.deep.equal({
      repositories_added: 0,
      repositories_removed: 0,
      total_modifications: 0,
    });
  });

  it('lists who leaves in order, whether demoted or transferred; one that is gone waits for its second proof', async () => {
    const acme = town({ members: 20, demoted: 2 });
    github = await startGitHub({ organizations: [acme] });
    const elsewhere = github.world.add(new Organization({ login: 'elsewhere' }));
    acme.get('member-002').rename('alpha').transferTo(elsewhere);
    acme.get('member-001').delete();
    say(acme.get('member-020'), 'deprecated');
    const report = reportOf(await plus1(['sync', '--org', 'acme', '--format', 'json'], { github }));
    const leaving = report.plan.leave.map(({ name }) => name);
    expect(leaving.slice(0, 4)).to.deep.equal(['alpha', 'demoted-001', 'demoted-002', 'member-020']);
    expect(isSorted(leaving)).to.equal(true);
    expect(report.changes_applied).to.deep.equal({
      repositories_added: 0,
      repositories_removed: 4,
      total_modifications: 4,
    });
    expect(report.plan.retain.map(({ status }) => status)).to.deep.equal(['gone']);
    for (const item of report.plan.leave) expect(Object.keys(item)).to.deep.equal(['id', 'name', 'status', 'reason']);
  });

  it('of a pass whose write failed tells what is, and the error beside it', async () => {
    const acme = town({ members: 3, promoted: 1 });
    github = await startGitHub({ organizations: [acme] });
    github.faults.when(({ isWrite }) => isWrite, { kind: 'put-ignored' });
    const ran = await plus1(['sync', '--org', 'acme', '--format', 'json'], { github });
    expect(ran.code).to.equal(1);
    expect(reportOf(ran).compliance_status).to.include({ governed_repositories: 3, ungoverned_repositories: 1 });
    expect(reportOf(ran).changes_applied.total_modifications).to.equal(0);
    expect(reportOf(ran).error).to.include({ code: 'PLUS1_WRITE_UNPROVED' });
  });
});
