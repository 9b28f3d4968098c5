import { expect } from 'chai';
import { API_VERSION, DEFAULT_INTERVAL, KIND, parsePolicy } from '../../pkg/api/index.js';
import { documentOf, faultsOf, read } from './builders.js';

describe('policy: defaults', () => {
  it('fill everything that a smallest policy leaves out', () => {
    expect(read(documentOf())).to.deep.equal({
      organization: 'acme',
      github: { apiURL: 'https://api.github.com' },
      catalog: {
        paths: ['entity.datadog.yaml'],
        productionLifecycles: ['production', 'Production'],
        onInvalid: 'Retain',
        onMissing: 'Release',
      },
      repositories: {
        include: ['*'],
        exclude: [],
        forks: 'Include',
        templates: 'Include',
        visibilities: ['Public', 'Private', 'Internal'],
      },
      ruleset: { name: 'plus1_enforcement', targeting: 'RepositoryID', verify: { interval: '24h' } },
      isolation: { max: '10%' },
      issues: {
        mode: 'Off',
        statuses: ['invalid_yaml', 'invalid_schema', 'unreadable', 'missing_lifecycle'],
        after: '24h',
        labels: ['plus1'],
        maxPerPass: 25,
      },
      egress: {
        delivery: 'Audit',
        sharedFile: {
          ...{ repository: '.github', path: '.github/harden-runner/allow_list.txt', branch: 'plus1/egress' },
        },
      },
      workflows: { enabled: false, scope: 'Governed', require: 'Holds', agentFloor: 'v2.16.0' },
      baseline: {
        ...{ enabled: false, scope: 'Governed', interval: '24h' },
        checks: {
          securityWorkflow: { enabled: true, rule: true },
          rulesetsInherited: { enabled: true, names: [] },
          customProperties: { enabled: true, required: [] },
          codeowners: {
            enabled: true,
            owners: [],
            paths: ['/.github/workflows/', '/.github/CODEOWNERS', '/entity.datadog.yaml'],
          },
          branchProtection: { enabled: true, require: ['pull_request', 'deletion', 'non_fast_forward'] },
          securityScan: { enabled: true, tools: ['CodeQL'], maxAge: '720h' },
        },
      },
      schedule: { timeout: '30m' },
      mode: 'Enforce',
      suspend: false,
      guards: {
        maxLeaving: '25%',
        window: '24h',
        minMembers: 1,
        approval: { policy: 'WhenHeld', required: 1, timeout: '48h', groups: [], emergencyGroups: [] },
      },
      exit: { gracePeriod: '24h' },
    });
  });

  it('leave interval unset, since a default would forbid cron', () => {
    expect(read(documentOf()).schedule).not.to.have.property('interval');
    expect(DEFAULT_INTERVAL).to.equal('10m');
  });

  it('hold for the rest of a mapping of which one field is given', () => {
    expect(read(documentOf({ guards: { maxLeaving: 3 } })).guards).to.include({
      maxLeaving: 3,
      window: '24h',
      minMembers: 1,
    });
  });

  it('put a policy without a namespace into `default`', () => {
    const parsed = parsePolicy(documentOf());
    expect(parsed.ok && parsed.policy.metadata.namespace).to.equal('default');
  });

  it('are not shared between policies: to change one list changes no other policy', () => {
    const first = read(documentOf());
    first.catalog.paths.push('other.yaml');
    expect(read(documentOf()).catalog.paths).to.deep.equal(['entity.datadog.yaml']);
  });

  it('take the place of a null at any depth, as an API server does it', () => {
    const nulls = documentOf({
      catalog: null,
      guards: { maxLeaving: null, approval: null },
      mode: null,
      exemptions: null,
    });
    expect(read(nulls)).to.deep.equal(read(documentOf()));
  });

  it('do not take the place of a null that is required, or of one in a list', () => {
    expect(faultsOf(documentOf({ organization: null }))).to.deep.equal([
      'spec.organization: required, allowed: a value',
    ]);
    expect(faultsOf(documentOf({ catalog: { paths: [null] } }))[0]).to.match(/^spec\.catalog\.paths\.0: found null/);
  });
});

describe('policy: the document', () => {
  const good = documentOf();
  const rows: { document: unknown; faults: string[]; reason: string }[] = [
    { document: good, faults: [], reason: 'a smallest policy' },
    {
      document: documentOf({}, { status: { conditions: [] } }),
      faults: [],
      reason: 'status is ours, and not judged here',
    },
    {
      document: documentOf({}, { metadata: { name: 'a', labels: { x: 'y' } } }),
      faults: [],
      reason: 'metadata is of Kubernetes',
    },
    { document: null, faults: ['(the document): found null, allowed: a mapping'], reason: 'nothing' },
    { document: 'x', faults: ['(the document): found "x", allowed: a mapping'], reason: 'a scalar' },
    {
      document: { ...good, kind: 'Policy' },
      faults: [`kind: found "Policy", allowed: ${KIND}`],
      reason: 'another kind',
    },
    {
      document: { ...good, apiVersion: 'plus1.dev/v1' },
      faults: [`apiVersion: found "plus1.dev/v1", allowed: ${API_VERSION}`],
      reason: 'another version',
    },
    {
      document: documentOf({}, { guards: { maxLeaving: 0 } }),
      faults: ['guards: unknown field, allowed: only the fields of v1alpha1'],
      reason: 'a wrong indent must not drop a guard',
    },
    {
      document: documentOf({ guards: { maxLeavng: 0 } }),
      faults: ['spec.guards.maxLeavng: unknown field, allowed: only the fields of v1alpha1'],
      reason: 'a misspelt guard guards nothing',
    },
    {
      document: documentOf({ guards: { maxLeavng: null } }),
      faults: ['spec.guards.maxLeavng: unknown field, allowed: only the fields of v1alpha1'],
      reason: 'nor does one without a value',
    },
    {
      document: documentOf({ webhook: {} }),
      faults: ['spec.webhook: unknown field, allowed: only the fields of v1alpha1'],
      reason: 'a field of a later release',
    },
    {
      document: documentOf({ guards: [] }),
      faults: ['spec.guards: found [], allowed: a mapping'],
      reason: 'a list is no mapping',
    },
    {
      document: documentOf({ catalog: 'x' }),
      faults: ['spec.catalog: found "x", allowed: a mapping'],
      reason: 'nor is a scalar',
    },
    {
      document: documentOf({ mode: 'enforce', suspend: 'no' }),
      faults: [
        'spec.mode: found "enforce", allowed: one of Enforce, Observe, EnterOnly',
        'spec.suspend: found "no", allowed: true or false',
      ],
      reason: 'every fault at once, each with what is allowed',
    },
  ];
  for (const { document, faults, reason } of rows) {
    it(`${faults.length === 0 ? 'accepts' : 'refuses'}: ${reason}`, () => {
      expect(faultsOf(document)).to.have.members(faults);
    });
  }

  for (const document of [[], {}, undefined, 7, true]) {
    it(`refuses ${JSON.stringify(document) ?? 'undefined'} without throwing`, () => {
      expect(faultsOf(document)).to.not.deep.equal([]);
    });
  }

  it('shows foreign values on one short line', () => {
    const [fault] = faultsOf(documentOf({ mode: `a\n\u001b[31m${'x'.repeat(500)}` }));
    expect(fault).to.match(/^spec\.mode: found "a\\n\\u001b\[31mx+…, allowed: /);
    expect(fault?.length).to.be.below(140);
  });

  it('shows numbers that JSON does not know', () => {
    expect(faultsOf(documentOf({ guards: { minMembers: Number.POSITIVE_INFINITY } }))).to.deep.equal([
      'spec.guards.minMembers: found Infinity, allowed: an integer from 1 to 2147483647',
    ]);
  });
});
