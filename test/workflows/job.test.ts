/** The status of a job: policy, version, runner, container, place of the step, and what is decided elsewhere. */
import { expect } from 'chai';
import { judgeWorkflow, type JudgeOptions } from '../../pkg/workflows/index.js';
import { codesOf, harden, jobOf, OPTIONS, placesOf, SHA, workflow } from './build.js';

const step = (...inputs: string[]): string => harden({ with: inputs });
const statusOf = (text: string, options: Partial<JudgeOptions> = {}): string => jobOf(text, options).status;

describe('the policy of a job', () => {
  const LIST = 'allowed-endpoints: a.com:443';
  const cases: [what: string, inputs: string[], status: string, policy: string, codes: string[]][] = [
    ['block', ['egress-policy: block', LIST], 'holds', 'block', []],
    ['block by default', [LIST], 'holds', 'default', []],
    ['audit', ['egress-policy: audit'], 'audit_only', 'audit', ['audit-mode']],
    ['blanks around it are trimmed', ['egress-policy: " block "', LIST], 'holds', 'block', []],
    ['another case is refused', ['egress-policy: Block', LIST], 'broken', 'other', ['policy-invalid']],
    ['another word is refused', ['egress-policy: deny', LIST], 'broken', 'other', ['policy-invalid']],
    ['an empty text is refused', ['egress-policy: ""', LIST], 'broken', 'other', ['policy-invalid']],
    ['nothing is refused', ['egress-policy:', LIST], 'broken', 'other', ['policy-invalid']],
    ['a list is refused', ['egress-policy: [block]', LIST], 'broken', 'other', ['policy-invalid']],
    [
      'an expression is decided elsewhere',
      ['egress-policy: ${{ inputs.p }}', LIST],
      'delegated',
      'other',
      ['policy-expression'],
    ],
    [
      'a step output is empty, and refused',
      ['egress-policy: ${{ steps.a.outputs.p }}', LIST],
      'broken',
      'other',
      ['policy-invalid'],
    ],
    ['names in any case', ['Egress-Policy: block', 'ALLOWED-ENDPOINTS: a.com'], 'holds', 'block', []],
    [
      'the same name in two cases is refused',
      ['egress-policy: block', 'Egress-Policy: audit'],
      'broken',
      'block',
      ['policy-invalid'],
    ],
    ['a boolean that is none is refused', [LIST, 'disable-telemetry: yes'], 'broken', 'default', ['policy-invalid']],
    ['a list of texts is refused', ['allowed-endpoints: [a.com, b.com]'], 'broken', 'default', ['policy-invalid']],
    ['a policy by name', ['policy: ours'], 'delegated', 'default', ['policy-store']],
    [
      'a store',
      ['egress-policy: block', 'use-policy-store: true', 'api-key: x'],
      'delegated',
      'block',
      ['policy-store'],
    ],
    ['a store that is off', [LIST, 'use-policy-store: false', 'policy: ""'], 'holds', 'default', []],
    ['a store by expression', [LIST, 'use-policy-store: ${{ vars.S }}'], 'delegated', 'default', ['policy-store']],
  ];
  for (const [what, inputs, status, policy, codes] of cases) {
    it(what, () => {
      const job = jobOf(workflow(step(...inputs)));
      expect(job).to.include({ status, policy });
      expect(codesOf(job)).to.deep.equal(codes);
    });
  }

  it('is block where the step has no inputs at all', () => {
    const job = jobOf(workflow(`      - uses: step-security/harden-runner@${SHA} # v2.19.4\n`));
    expect(job).to.include({ status: 'holds', policy: 'default' });
    expect(placesOf(job)).to.deep.equal(['default-block-empty 6:15']);
  });
});

describe('the version of harden-runner', () => {
  const of = (uses: string, options: Partial<JudgeOptions> = {}) =>
    jobOf(workflow(harden({ uses: `step-security/harden-runner@${uses}` })), options);
  const cases: [what: string, uses: string, status: string, codes: string[]][] = [
    ['the floor itself', `${SHA} # v2.16.0`, 'holds', []],
    ['a comment without v', `${SHA} # 2.20.1`, 'holds', []],
    ['a comment with words', `${SHA} #v2.20.1 by hand`, 'holds', []],
    ['a comment under the floor', `${SHA} # v2.15.9`, 'disarmed', ['version-floor']],
    ['numbers are no text', `${SHA} # v2.9.1`, 'disarmed', ['version-floor']],
    ['a pre-release of the floor', `${SHA} # v2.16.0-rc.1`, 'disarmed', ['version-floor']],
    ['a tag', 'v2.20.0', 'holds', ['action-unpinned']],
    ['a tag under the floor', 'v1.5.0', 'disarmed', ['version-floor', 'action-unpinned']],
    ['a moving tag', 'v2 # v2.20.0', 'holds', ['version-unknown', 'action-unpinned']],
    ['a branch', 'rc', 'holds', ['version-unknown', 'action-unpinned']],
    ['a short commit', `${SHA.slice(0, 7)} # v2.20.0`, 'holds', ['version-unknown', 'action-unpinned']],
    ['no comment', SHA, 'holds', ['version-unknown']],
    ['a comment that is no version', `${SHA} # pinned`, 'holds', ['version-unknown']],
    ['a comment of the major version', `${SHA} # v2`, 'holds', ['version-unknown']],
  ];
  for (const [what, uses, status, codes] of cases) {
    it(what, () => {
      const job = of(uses);
      expect(job.status).to.equal(status);
      expect(codesOf(job)).to.deep.equal(codes);
    });
  }

  it('says that a comment is a claim', () => {
    expect(of(`${SHA} # v2.9.1`).findings[0]?.found).to.include('by its comment alone');
  });

  it('is asked for at another floor', () => {
    expect(of(`${SHA} # v2.19.4`, { floor: 'v2.20.0' }).status).to.equal('disarmed');
  });

  it('comes from the tags where they were asked for, whatever the comment says', () => {
    const tags = new Map([[SHA, ['v2', 'v2.9.1']]]);
    expect(of(`${SHA} # v2.20.0`, { tags }).status).to.equal('disarmed');
    expect(of('v2', { tags }).status).to.equal('disarmed');
    expect(codesOf(of(`${'0'.repeat(40)} # v2.20.0`, { tags }))).to.deep.equal(['version-unknown']);
  });

  it('is read behind quotes, in flow style and with CRLF', () => {
    const quoted = workflow(harden({ uses: `"step-security/harden-runner@${SHA}" # v2.9.1` }));
    expect(statusOf(quoted)).to.equal('disarmed');
    expect(statusOf(quoted.replaceAll('\n', '\r\n'))).to.equal('disarmed');
  });
});

describe('the runner of a job', () => {
  const on = (...before: string[]) => workflow(harden(), { before });
  const cases: [what: string, before: string[], status: string, severity: string | undefined][] = [
    ['Linux', ['runs-on: ubuntu-24.04'], 'holds', undefined],
    ['a large one', ['runs-on: ubuntu-latest-8-core'], 'holds', undefined],
    ['Windows', ['runs-on: windows-latest'], 'audit_only', 'error'],
    ['macOS', ['runs-on: macos-14-xlarge'], 'audit_only', 'error'],
    ['labels in any case', ['runs-on: Windows-2022'], 'audit_only', 'error'],
    ['ubuntu-slim', ['runs-on: ubuntu-slim'], 'not_supported', 'error'],
    ['ARM', ['runs-on: ubuntu-24.04-arm'], 'not_supported', 'error'],
    ['a machine of ours', ['runs-on: [self-hosted, linux]'], 'not_supported', 'error'],
    ['a group with labels', ['runs-on:', '  group: g', '  labels: [self-hosted]'], 'not_supported', 'error'],
    ['a label that nobody knows', ['runs-on: acme-pool'], 'holds', 'warning'],
    ['an expression', ['runs-on: ${{ inputs.runner }}'], 'holds', 'warning'],
    ['one of two', ["runs-on: ${{ inputs.w && 'windows-latest' || 'ubuntu-latest' }}"], 'audit_only', 'error'],
    [
      'a matrix',
      ['runs-on: ${{ matrix.os }}', 'strategy: {matrix: {os: [ubuntu-latest, macos-latest]}}'],
      'audit_only',
      'error',
    ],
    [
      'a matrix of Linux',
      ['runs-on: ${{ matrix.os }}', 'strategy: {matrix: {os: [ubuntu-latest, ubuntu-22.04]}}'],
      'holds',
      undefined,
    ],
    [
      'an included row',
      ['runs-on: ${{ matrix.os }}', 'strategy: {matrix: {include: [{os: windows-latest}, {os: ubuntu-latest}]}}'],
      'audit_only',
      'error',
    ],
    [
      'a matrix of mappings',
      ['runs-on: ${{ matrix.p.os }}', 'strategy: {matrix: {p: [{os: windows-latest}]}}'],
      'audit_only',
      'error',
    ],
    [
      'a matrix by expression',
      ['runs-on: ${{ matrix.os }}', 'strategy: {matrix: {os: "${{ fromJSON(inputs.x) }}"}}'],
      'holds',
      'warning',
    ],
  ];
  for (const [what, before, status, severity] of cases) {
    it(what, () => {
      const job = jobOf(on(...before));
      expect(job.status).to.equal(status);
      expect(job.findings.find(({ code }) => code === 'runner-unsupported')?.severity).to.equal(severity);
    });
  }

  it('of our own is served where the step installs the agent', () => {
    const text = workflow(step('allowed-endpoints: a.com', 'deploy-on-self-hosted-vm: true'), {
      before: ['runs-on: self-hosted'],
    });
    expect(statusOf(text)).to.equal('holds');
  });

  it('leaves a list that is dead on Linux disarmed, though Windows is in the matrix', () => {
    const before = ['runs-on: ${{ matrix.os }}', 'strategy: {matrix: {os: [ubuntu-latest, windows-latest]}}'];
    expect(statusOf(workflow(step('allowed-endpoints: "#"'), { before }))).to.equal('disarmed');
  });
});

describe('a job', () => {
  it('in a container is not supported, with or without the step', () => {
    for (const container of ['container: node:20', 'container: {image: node:20}', 'container: ${{ matrix.image }}']) {
      const before = ['runs-on: ubuntu-latest', container];
      for (const steps of [harden(), ''])
        expect(placesOf(jobOf(workflow(steps, { before })))).to.deep.equal(['container-job 5:5']);
      expect(statusOf(workflow(harden(), { before }))).to.equal('not_supported');
    }
    expect(statusOf(workflow(harden(), { before: ['runs-on: ubuntu-latest', 'container: ""'] }))).to.equal('holds');
  });

  it('without the step is unprotected', () => {
    const job = jobOf(workflow('      - uses: ./.github/actions/harden\n'));
    expect(job).to.include({ status: 'unprotected', policy: null, position: null });
    expect(placesOf(job)).to.deep.equal(['job-unprotected 3:3']);
  });

  it('with the step inside of a local action is unprotected, and told so', () => {
    const localHardened = new Set(['./.github/actions/harden']);
    const job = jobOf(workflow('      - uses: ././.github/actions/harden/\n'), { localHardened });
    expect(job.status).to.equal('unprotected');
    expect(placesOf(job)).to.deep.equal(['nested-in-local-action 6:15']);
  });

  it('knows the step by owner and name alone, in any case', () => {
    for (const uses of [
      'acme/harden-runner@v2',
      'step-security/harden-runner-x@v2',
      'step-security/harden-runner/sub@v2',
    ])
      expect(statusOf(workflow(harden({ uses })))).to.equal('unprotected');
    expect(statusOf(workflow(harden({ uses: `STEP-security/Harden-Runner@${SHA} # v2.19.4` })))).to.equal('holds');
  });

  it('that calls a workflow is decided there', () => {
    const { jobs } = judgeWorkflow('jobs:\n  a:\n    uses: acme/ci/.github/workflows/x.yml@v1\n', OPTIONS);
    expect(jobs[0]).to.deep.include({ status: 'delegated', policy: null });
    expect(jobs[0]?.actions[0]).to.deep.include({ name: 'acme/ci/.github/workflows/x.yml', ref: 'v1', pinned: false });
  });

  it('tells where the step stands', () => {
    const job = jobOf(workflow(`      - run: ./a\n${harden()}`));
    expect(job).to.include({ status: 'holds', position: 2 });
    expect(placesOf(job)).to.deep.equal(['not-first 7:15']);
  });

  it('is judged by its first step of the kind', () => {
    expect(statusOf(workflow(step('egress-policy: audit') + step('allowed-endpoints: a.com')))).to.equal('audit_only');
  });

  it('follows aliases, of steps and of values, and applies no merge key', () => {
    const text = `x: &l a.com:443\ny: &s\n  uses: step-security/harden-runner@${SHA} # v2.19.4\n  with: {allowed-endpoints: *l}\njobs:\n  a: {runs-on: ubuntu-latest, steps: [*s]}\n  b: {runs-on: ubuntu-latest, steps: [{<<: *s}]}\n`;
    const { jobs } = judgeWorkflow(text, OPTIONS);
    expect(jobs.map(({ status, endpoints }) => [status, endpoints.length])).to.deep.equal([
      ['holds', 1],
      ['unprotected', 0],
    ]);
  });

  it('is unknown where it is none', () => {
    for (const job of ['', ' x', ' {}', ' {runs-on: ubuntu-latest}', ' []'])
      expect(judgeWorkflow(`jobs:\n  a:${job}\n`, OPTIONS).jobs[0]?.status, job).to.equal('unknown');
  });

  it('carries what is known of its repository', () => {
    const text = workflow(harden());
    expect(codesOf(jobOf(text, { repository: { private: true } }))).to.deep.equal(['private-repository']);
    expect(jobOf(text, { repository: { private: true } }).status).to.equal('holds');
    expect(jobOf(text, { repository: { skipProperty: true } }).status).to.equal('disarmed');
  });
});

describe('the actions of a job', () => {
  const used = (uses: string) => jobOf(workflow(`      - uses: ${uses}\n`));
  it('are named with their reference, and whether it is pinned', () => {
    const of = (uses: string) => used(uses).actions.map(({ name, ref, pinned }) => [name, ref, pinned])[0];
    expect(of('actions/checkout@v4')).to.deep.equal(['actions/checkout', 'v4', false]);
    expect(of(`actions/cache/save@${SHA}`)).to.deep.equal(['actions/cache/save', SHA, true]);
    expect(of('./.github/actions/x')).to.deep.equal(['./.github/actions/x', '', true]);
    expect(of('docker://alpine:3')).to.deep.equal(['docker://alpine:3', '', false]);
    expect(of(`docker://alpine@sha256:${'a'.repeat(64)}`)).to.deep.equal([
      'docker://alpine',
      `sha256:${'a'.repeat(64)}`,
      true,
    ]);
  });

  it('are told where others can change them', () => {
    expect(codesOf(used('actions/checkout@v4'))).to.include('action-unpinned');
    expect(codesOf(used(`actions/checkout@${SHA}`))).to.not.include('action-unpinned');
  });

  it('are told where they are known to have been malicious', () => {
    const found = (uses: string) => used(uses).findings.find(({ code }) => code === 'action-compromised')?.severity;
    expect(found('tj-actions/changed-files@0e58ed8671d6b60d0890c21b07f8835ace038e67')).to.equal('error');
    expect(found('TJ-actions/changed-files@v35.9.2')).to.equal('warning');
    expect(found('tj-actions/changed-files@v46.0.1')).to.equal(undefined);
    expect(found('actions/checkout@v4')).to.equal(undefined);
  });
});

describe('a file', () => {
  const unknown: [what: string, text: string | Buffer, code: string][] = [
    ['broken YAML', 'jobs: [', 'yaml-fault'],
    ['a repeated key', 'jobs: {}\njobs: {}\n', 'yaml-fault'],
    ['a second document', 'jobs: {}\n---\njobs: {}\n', 'workflow-shape'],
    ['nothing', '', 'workflow-shape'],
    ['no jobs', 'name: x\n', 'workflow-shape'],
    ['jobs that are a list', 'jobs: [a]\n', 'workflow-shape'],
    ['an action of another kind', 'runs: {using: node24}\n', 'workflow-shape'],
    ['no UTF-8', Buffer.from([0xff, 0xfe, 0x61]), 'file-unreadable'],
    ['NUL bytes', Buffer.from('jobs: \0'), 'file-unreadable'],
    ['too much', Buffer.alloc(512_001, 0x20), 'file-unreadable'],
    ['too many levels', `jobs: ${'['.repeat(5000)}`, 'file-unreadable'],
    ['aliases without end', `a: &a [*a]\njobs: {}\n`, 'yaml-fault'],
  ];
  for (const [what, text, code] of unknown) {
    it(`with ${what} is unknown, and never without protection`, () => {
      const file = judgeWorkflow(text, OPTIONS);
      expect(file.kind).to.equal('broken');
      expect(file.jobs.map(({ status }) => status)).to.deep.equal(['unknown']);
      expect(file.jobs[0]?.findings[0]?.code).to.equal(code);
    });
  }

  it('may have no job', () => {
    expect(judgeWorkflow('jobs: {}\n', OPTIONS)).to.deep.equal({ kind: 'workflow', jobs: [] });
  });
});
