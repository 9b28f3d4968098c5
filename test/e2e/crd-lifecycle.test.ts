import { expect } from 'chai';
import { fileURLToPath } from 'node:url';
import { KIND } from '../../pkg/api/index.js';
import { scheduleFault } from '../../pkg/reconciler/policy/schedule.js';
import { WHOLE_STATUS } from '../api/whole-status.js';
import { SMALLEST } from '../generate/crd/cases.js';
import type { Ran } from './support/command.js';
import { established } from './support/established.js';
import { sharedCluster } from './support/shared-cluster.js';

const file = fileURLToPath(new URL('../../deploy/crds/plus1.dev_plus1policies.yaml', import.meta.url));
const NAMESPACE = 'crd-lifecycle';
const NOW_MS = Date.UTC(2026, 10, 22, 10);

const kubectl = (...args: string[]): Promise<Ran> =>
  sharedCluster().kubectl('-n', NAMESPACE, ...args, { mayFail: true });

const policy = (name: string, spec: object = {}): object => ({
  apiVersion: 'plus1.dev/v1alpha1',
  kind: KIND,
  metadata: { name, namespace: NAMESPACE },
  spec: { ...SMALLEST, ...spec },
});

async function create(document: object): Promise<Ran> {
  return await sharedCluster().kubectl('create', '-f', '-', { stdin: JSON.stringify(document), mayFail: true });
}

async function patch(name: string, change: object, ...flags: string[]): Promise<Ran> {
  return await kubectl('patch', 'plus1', name, '--type=merge', '-p', JSON.stringify(change), ...flags);
}

async function read(name: string, jsonPath: string): Promise<string> {
  return (await kubectl('get', 'plus1', name, '-o', `jsonpath=${jsonPath}`)).stdout;
}

describe('CRD: a policy in a cluster', () => {
  before(async () => {
    await sharedCluster().kubectl('apply', '--server-side', '--force-conflicts', '-f', file);
    await established(sharedCluster(), 'plus1policies.plus1.dev');
    await sharedCluster().kubectl('create', 'namespace', NAMESPACE);
  });

  after(() => sharedCluster().kubectl('delete', 'namespace', NAMESPACE, '--wait=false'));

  it('keeps the rules of a template as they were written, whatever fields they have', async () => {
    const rules = [{ type: 'rule_of_tomorrow', parameters: { deep: { list: [1, 'a'] } }, later: true }];
    const template = { rules, bypassActors: [{ actor_type: 'Team', actor_id: 7, bypass_mode: 'always' }] };
    const made = await create(policy('template', { ruleset: { template } }));
    expect(made.code, made.stderr).to.equal(0);
    const kept: unknown = JSON.parse(await read('template', '{.spec.ruleset.template}'));
    expect(kept).to.deep.equal({
      ...template,
      ...{ create: true, enforcement: 'Evaluate', refName: { include: ['~DEFAULT_BRANCH'], exclude: [] } },
    });
  });

  describe('is refused in a sentence', () => {
    const rows: { spec: object; says: RegExp; reason: string }[] = [
      {
        spec: { schedule: { interval: '1d' } },
        says: /spec\.schedule\.interval: .*allowed: a duration from 1s to 168h, such as 10m or 1h30m/,
        reason: 'a day is no unit',
      },
      {
        spec: { schedule: { interval: '5m', cron: '0 4 * * *' } },
        says: /spec\.schedule: .*allowed: interval or cron, not both/,
        reason: 'two clocks',
      },
      {
        spec: { guards: { maxLeaving: '25' } },
        says: /spec\.guards\.maxLeaving: .*or a percentage such as 25%/,
        reason: '25 of what',
      },
      {
        spec: { guards: { maxEntering: '200' } },
        says: /spec\.guards\.maxEntering: .*or a percentage such as 25%/,
        reason: '200 of what',
      },
      {
        spec: { guards: { maxLeavng: 0 } },
        says: /unknown field "spec\.guards\.maxLeavng"/,
        reason: 'a misspelt guard',
      },
      { spec: { webhook: {} }, says: /unknown field "spec\.webhook"/, reason: 'a field of a later release' },
      {
        spec: { github: {} },
        says: /spec\.github\.credentials: Required value/,
        reason: 'no environment to fall back on',
      },
      {
        spec: { github: { ...SMALLEST.github, apiURL: 'http://ghes.example.com' } },
        says: /spec\.github\.apiURL: .*plain http goes to loopback addresses only/,
        reason: 'a token in the clear',
      },
    ];
    for (const { spec, says, reason } of rows) {
      it(reason, async () => {
        const { code, stderr } = await create(policy('refused', spec));
        expect(code).to.not.equal(0);
        expect(stderr).to.match(says);
        expect(stderr, 'the sentence, not the machinery').to.not.contain('evaluating rule');
      });
    }
  });

  it('bears any name that Kubernetes takes, whatever its organization', async () => {
    expect((await create(policy('another.name-than-acme'))).code).to.equal(0);
  });

  it('may hold a cron or time zone that no rule can judge: the controller refuses these with InvalidSpec', async () => {
    const schedule = { cron: 'nonsense', timeZone: 'Atlantis/Capital' };
    expect((await create(policy('unjudged', { schedule }))).code).to.equal(0);
    expect(scheduleFault({ timeout: '30m', ...schedule }, NOW_MS)).to.match(/^spec\.schedule\.timeZone: /);
    expect(scheduleFault({ timeout: '30m', cron: 'nonsense' }, NOW_MS)).to.match(/^spec\.schedule\.cron: /);
  });

  describe('keeps what it is about', () => {
    const github = { ...SMALLEST.github, apiURL: 'https://ghes.example.com/api/v3' };
    before(() => create(policy('fixed', { github, ruleset: { name: 'custom' } })));

    const frozen: { change: object; field: string; reason: string }[] = [
      { change: { organization: 'other' }, field: 'organization', reason: 'another organization is another policy' },
      {
        change: { github: { apiURL: 'https://api.github.com' } },
        field: 'github.apiURL',
        reason: 'and so is another GitHub',
      },
      { change: { github: { apiURL: null } }, field: 'github.apiURL', reason: 'removal brings the default, a change' },
      { change: { ruleset: { name: 'other' } }, field: 'ruleset.name', reason: 'and another ruleset' },
      { change: { ruleset: null }, field: 'ruleset.name', reason: 'a parent takes its fields along' },
    ];
    for (const { change, field, reason } of frozen) {
      it(`${JSON.stringify(change)} is refused: ${reason}`, async () => {
        const { code, stderr } = await patch('fixed', { spec: change });
        expect(code).to.equal(1);
        expect(stderr).to.match(new RegExp(`spec\\.${field}: .*the field is immutable`));
      });
    }

    it('and lets everything else be changed', async () => {
      const change = {
        mode: 'Observe',
        github: { credentials: { secretRef: { name: 'other' } } },
        exit: { gracePeriod: '48h' },
      };
      const { code, stderr } = await patch('fixed', { spec: change });
      expect(code, stderr).to.equal(0);
      expect(await read('fixed', '{.spec.ruleset.name} {.spec.mode}')).to.equal('custom Observe');
    });
  });

  describe('has a status', () => {
    before(() => create(policy('told')));

    it('that says before the first pass that nothing was observed, so that nobody takes it for ready', async () => {
      expect(await read('told', '{.status}')).to.equal('{"observedGeneration":-1}');
    });

    it('that spec writers do not reach', async () => {
      await patch('told', { status: { observedGeneration: 7 } });
      expect(await read('told', '{.status.observedGeneration}')).to.equal('-1');
    });

    it('that holds every field of a pass as it was written', async () => {
      const { code, stderr } = await patch('told', { status: WHOLE_STATUS }, '--subresource=status');
      expect(code, stderr).to.equal(0);
      expect(JSON.parse(await read('told', '{.status}'))).to.deep.equal(WHOLE_STATUS);
    });

    it('that refuses what the next pass could not read', async () => {
      for (const status of [
        { lastSyncTime: 'yesterday' },
        { lastSyncTime: '2026-02-30T00:00:00Z' },
        { organizationID: 0 },
      ]) {
        expect((await patch('told', { status }, '--subresource=status')).code, JSON.stringify(status)).to.equal(1);
      }
    });
  });

  describe('is shown', () => {
    before(async () => {
      await create(policy('shown'));
      const held = { ...WHOLE_STATUS.conditions[0], type: 'Held', reason: 'TooManyLeaving' };
      const status = { ...WHOLE_STATUS, conditions: [...WHOLE_STATUS.conditions, held] };
      await patch('shown', { status }, '--subresource=status');
    });

    const rowsOf = ({ stdout }: Ran): string[][] =>
      stdout
        .trimEnd()
        .split('\n')
        .map((line) => line.trimEnd().split(/ {2,}/));

    it('with what matters, under its short name', async () => {
      const [head, row] = rowsOf(await kubectl('get', 'plus1', 'shown'));
      expect(head).to.deep.equal(['NAME', 'ORGANIZATION', 'MODE', 'READY', 'GOVERNED', 'HELD', 'LAST SYNC', 'AGE']);
      expect(row?.slice(0, 6)).to.deep.equal(['shown', 'acme', 'Enforce', 'True', '449/450', 'TooManyLeaving']);
      expect(row).to.have.length(8);
    });

    it('with the message of Ready where more is asked for', async () => {
      const [head, row] = rowsOf(await kubectl('get', 'plus1', 'shown', '-o', 'wide'));
      expect(head?.at(-1)).to.equal('STATUS');
      expect(row?.at(-1)).to.equal(WHOLE_STATUS.conditions[0]?.message);
    });

    it('among all that governs GitHub', async () => {
      const { stdout } = await kubectl('get', 'github-governance', '-o', 'name');
      expect(stdout).to.contain('plus1policy.plus1.dev/shown');
    });
  });

  describe('is explained', () => {
    const paths = ['', '.spec', '.spec.github', '.spec.guards', '.spec.guards.approval', '.status', '.status.hold'];
    for (const path of paths) {
      it(`at plus1policy${path}, with a sentence for every field`, async () => {
        const { stdout } = await kubectl('explain', `plus1policy${path}`);
        expect(stdout).to.match(/\nDESCRIPTION:\n {4}\S/);
        expect(stdout).to.not.contain('<no description>');
        for (const [, name, rest = ''] of stdout.matchAll(
          /^ {2}(\w+)\t<[^\n]*\n(?: {2}enum: [^\n]*\n)?((?: {4}[^\n]*\n?)*)/gm,
        )) {
          if (path === '' && name === 'metadata') continue;
          expect(rest.trim().length, `a sentence for ${name}`).to.be.above(8);
        }
      });
    }

    it('in full where it is asked for recursively', async () => {
      const { stdout } = await kubectl('explain', 'plus1policy.spec.guards', '--recursive');
      expect(stdout).to.contain('What holds a plan back.');
      for (const name of ['maxLeaving', 'maxEntering', 'window', 'minMembers', 'approval', 'required']) {
        expect(stdout).to.match(new RegExp(`^ +${name}\\t<`, 'm'));
      }
    });
  });
});
