/**
 * Files that lead a reader of workflows astray, each with what its jobs are worth and every finding with line and column: YAML in all its
 * ways, `uses` in all of its, bytes. Of the kinds of the made files of `test/fixtures/workflows`, and none of them.
 */
import { expect } from 'chai';
import { judgeWorkflow, type JudgedFile } from '../../pkg/workflows/index.js';
import { harden, OPTIONS, placesOf, SHA, workflow } from './build.js';

const USES = `step-security/harden-runner@${SHA} # v2.19.4`;
const LIST = 'with: {allowed-endpoints: github.com}';
const list = (text: string): string =>
  workflow(harden({ with: ['egress-policy: block', `allowed-endpoints: ${text}`] }));
/** A job with only this, above and below its steps. */
const bare = (...lines: string[]): string => ['on: push', 'jobs:', '  build:', ...lines, ''].join('\n');
const uses = (text: string, ...more: string[]): string =>
  workflow([`      - uses: ${text}`, ...more.map((line) => `        ${line}`), ''].join('\n'));
const TWO = '>\n  github.com:443\n  ghcr.io:443';
const LINES = '|\n  github.com:443\n  ghcr.io:443';
const BROKEN_LINES = ['list-newline 10:13', 'list-newline 11:13'];
const padded = (text: string, size: number): string => `${text}#${'x'.repeat(size - text.length - 2)}\n`;

type Trap = [what: string, text: string, jobs: string[], places: string[]];

const yaml: Trap[] = [
  [
    'a job that is an alias of another',
    `jobs:\n  a: &j\n    runs-on: ubuntu-latest\n    steps:\n${harden({ with: ['allowed-endpoints: "*"'] })}  b: *j\n`,
    ['a disarmed', 'b disarmed'],
    ['pattern-matches-all 7:31', 'pattern-matches-all 7:31'],
  ],
  [
    'jobs that are an alias',
    'x: &j\n  a:\n    runs-on: ubuntu-latest\n    steps: []\njobs: *j\n',
    ['a unprotected'],
    ['job-unprotected 2:3'],
  ],
  [
    'a job by merge key, which GitHub does not apply',
    `jobs:\n  a: &j\n    runs-on: ubuntu-latest\n    steps:\n${harden()}  b:\n    <<: *j\n`,
    ['a holds', 'b unknown'],
    ['workflow-shape 9:3'],
  ],
  [
    'inputs by merge key beside others',
    `x: &w\n  allowed-endpoints: "*"\n${uses(USES, 'with:', '  <<: *w', '  egress-policy: block')}`,
    ['build holds'],
    ['default-block-empty 8:15'],
  ],
  [
    'uses by alias, its version at the anchor',
    `x: &u step-security/harden-runner@${SHA} # v2.9.0\n${uses('*u', LIST)}`,
    ['build disarmed'],
    ['version-floor 1:7'],
  ],
  [
    'a list by alias, in two jobs',
    `x: &l |\n  a.com\n  b.com\njobs:\n  a: {runs-on: ubuntu-latest, steps: [&s {uses: step-security/harden-runner@v2.20.0, with: {allowed-endpoints: *l}}]}\n  b: {runs-on: ubuntu-latest, steps: [*s]}\n`,
    ['a disarmed', 'b disarmed'],
    ['action-unpinned 5:49', 'list-newline 2:3', 'list-newline 3:3'].flatMap((place) => [place, place]),
  ],
  ['an anchor in front of a key', workflow(harden()).replace('  build:', '  &k build:'), ['build holds'], []],
  ['an alias as a key', `x: &k build\n${workflow(harden()).replace('build:', '*k :')}`, ['build holds'], []],
  ['an alias before its anchor', `${uses('*u')}x: &u a/b@v1\n`, ['* unknown'], ['yaml-fault 6:15']],
  [
    'keys that are written out',
    `? jobs\n: ? a\n  : runs-on: ubuntu-latest\n    ? steps\n    : - ? uses\n        : ${USES}\n        ? with\n        : ? allowed-endpoints\n          : >\n            github.com\n            # no\n`,
    ['a disarmed'],
    ['list-comment 11:13'],
  ],
  [
    'JSON on one line',
    `{"jobs":{"a":{"runs-on":"ubuntu-latest","steps":[{"uses":"step-security/harden-runner@v2.20.0","with":{"allowed-endpoints":"a.com\\nb.com"}}]}}}`,
    ['a disarmed'],
    ['action-unpinned 1:58', 'list-newline 1:125', 'list-newline 1:132'],
  ],
  ['a directive, a begin and an end', `%YAML 1.1\n---\n${workflow(harden())}...\n`, ['build holds'], []],
  [
    'tags',
    uses(`!!str ${USES}`, 'with: {egress-policy: !x block, allowed-endpoints: !!str "*"}'),
    ['build disarmed'],
    ['pattern-matches-all 7:67'],
  ],
  ['a job that is called by a number', workflow(harden()).replace('build:', '1:'), ['1 holds'], []],
  [
    'a key for a second time',
    workflow(`      - uses: a/b@v1\n        uses: ${USES}\n`),
    ['* unknown'],
    ['yaml-fault 7:9'],
  ],
  ['steps that are a mapping', bare('    steps: {uses: a/b@v1}'), ['build unknown'], ['workflow-shape 3:3']],
  [
    'keys in another case, which GitHub does not know',
    bare('    Steps: []'),
    ['build unknown'],
    ['workflow-shape 3:3'],
  ],
];

const scalars: Trap[] = [
  ['a folded list with an indent of its own', list(TWO.replace('>', '>2-')), ['build holds'], []],
  ['a comment behind the sign of a block', list(TWO.replace('>', '> # ours')), ['build holds'], []],
  ['a list over two plain lines', list('github.com:443\n  ghcr.io:443'), ['build holds'], []],
  [
    'a blank line between two plain lines',
    list('github.com:443\n\n  ghcr.io:443'),
    ['build disarmed'],
    ['list-blank-line 9:30', 'list-blank-line 11:13'],
  ],
  ['a comment behind a plain list', list('github.com:443 # ours'), ['build holds'], []],
  [
    'a comment between two plain lines, which ends the list',
    list('github.com:443\n  # ours\n  ghcr.io:443'),
    ['* unknown'],
    ['yaml-fault 11:1', 'yaml-fault 11:13'],
  ],
  ['a list in quotes over two lines', list("'github.com:443\n  ghcr.io:443'"), ['build holds'], []],
  [
    'a line that a backslash joins to the next',
    list('"github.com:443\\\n  ghcr.io:443"'),
    ['build holds'],
    ['endpoint-port 9:30'],
  ],
  ['a tab between two entries', list('>\n  github.com:443\tghcr.io:443'), ['build holds'], ['endpoint-port 10:13']],
  ['a blank that is none', list('>\n  github.com:443\u00a0ghcr.io:443'), ['build holds'], ['endpoint-port 10:13']],
  ['one line in a block with lines below it', list('|+\n  github.com:443\n\n'), ['build holds'], []],
  ['one line in a block with a line above it', list('|\n\n  github.com:443'), ['build holds'], []],
  ['a number as the list', list('443'), ['build disarmed'], ['endpoint-unresolvable 9:30']],
  ['a list as the list', list('[github.com, ghcr.io]'), ['build broken'], ['policy-invalid 9:11']],
  [
    'a list by env, whose scalar has line breaks',
    `env:\n  L: |\n    a.com\n    b.com\n${list('${{ env.L }}')}`,
    ['build disarmed'],
    ['list-newline 3:5', 'list-newline 4:5'],
  ],
  [
    'a list by a function of env',
    `env:\n  L: a.com\n${list("${{ format('{0}', env.L) }}")}`,
    ['build delegated'],
    ['policy-expression 11:30'],
  ],
];

const references: Trap[] = [
  ['an expression as uses', uses('${{ matrix.action }}'), ['build unprotected'], ['job-unprotected 3:3']],
  [
    'an expression in uses without a blank, which GitHub refuses',
    uses('step-security/harden-runner@${{env.V}}', LIST),
    ['build unprotected'],
    ['job-unprotected 3:3'],
  ],
  [
    'two references',
    uses('step-security/harden-runner@v2.20.0@x', LIST),
    ['build unprotected'],
    ['job-unprotected 3:3', 'action-unpinned 6:15'],
  ],
  ['blanks in quotes around it', uses(`"  step-security/harden-runner@${SHA}  " # v2.19.4`, LIST), ['build holds'], []],
  [
    'a comment on it with more words',
    uses(`step-security/harden-runner@${SHA} # tag=v2.9.1, by hand`, LIST),
    ['build disarmed'],
    ['version-floor 6:15'],
  ],
  ['a step that is never run, whose hook is', uses(USES, 'if: false', LIST), ['build holds'], []],
  [
    'a step that is commented out',
    workflow(`${harden().trimEnd().replaceAll(/^/gm, '#')}\n`),
    ['build unprotected'],
    ['job-unprotected 3:3'],
  ],
  [
    'a matrix of workflows to call, which GitHub refuses',
    bare('    strategy: {matrix: {w: [x, y]}}', '    uses: ${{ matrix.w }}'),
    ['build unknown'],
    ['workflow-shape 5:11'],
  ],
  [
    'a workflow of another repository, by branch',
    bare('    uses: acme/ci/.github/workflows/x.yml@main # v1', '    secrets: inherit'),
    ['build delegated'],
    ['action-unpinned 4:11'],
  ],
  [
    'a workflow of another repository, by commit',
    bare(`    uses: Acme/CI/.github/workflows/x.yml@${SHA}`),
    ['build delegated'],
    [],
  ],
  ['a workflow of its own repository', bare('    uses: ./.github/workflows/x.yml'), ['build delegated'], []],
  [
    'images',
    workflow(`      - uses: docker://ghcr.io:443/x/y:1\n      - uses: docker://alpine@sha256:${'a'.repeat(64)}\n`),
    ['build unprotected'],
    ['job-unprotected 3:3', 'action-unpinned 6:15'],
  ],
  ['with that is a text', uses(USES, 'with: block'), ['build broken'], ['policy-invalid 7:15']],
  ['with that is a list', uses(USES, 'with: [egress-policy]'), ['build broken'], ['policy-invalid 7:15']],
  [
    'a composite action in another case',
    `name: x\nruns:\n  using: Composite\n  steps:\n    - uses: ${USES}\n      ${LIST}\n`,
    ['runs unprotected'],
    ['nested-in-local-action 5:13'],
  ],
];

const bytes: Trap[] = [
  ['tabs as indentation', 'jobs:\n\ta:\n\t\tsteps: []\n', ['* unknown'], ['yaml-fault 2:1', 'yaml-fault 3:1']],
  ['tabs behind colons', workflow(harden().replaceAll(': ', ':\t')), ['build holds'], []],
  ['CRLF in a folded list', list(TWO).replaceAll('\n', '\r\n'), ['build holds'], []],
  ['CRLF in a literal list', list(LINES).replaceAll('\n', '\r\n'), ['build disarmed'], BROKEN_LINES],
  ['CR alone', list(TWO).replaceAll('\n', '\r'), ['build holds'], []],
  ['a byte order mark', `\ufeff${list(LINES)}`, ['build disarmed'], BROKEN_LINES],
  ['1 MiB', padded(workflow(harden()), 1_048_576), ['* unknown'], ['file-unreadable 1:1']],
  ['as many bytes as a file may have', padded(workflow(harden()), 512_000), ['build holds'], []],
  ['one byte more', padded(workflow(harden()), 512_001), ['* unknown'], ['file-unreadable 1:1']],
];

describe('traps in workflow files', () => {
  const judged = (text: string): JudgedFile => judgeWorkflow(text, OPTIONS);
  for (const [kind, traps] of Object.entries({ YAML: yaml, scalars, uses: references, bytes }))
    describe(kind, () => {
      for (const [what, text, jobs, places] of traps)
        it(what, () => {
          const file = judged(text);
          expect(file.jobs.map(({ name, status }) => `${name} ${status}`)).to.deep.equal(jobs);
          expect(file.jobs.flatMap(placesOf).sort()).to.deep.equal([...places].sort());
        });
    });

  it('reads names as the runner does, so that no spelling hides an action', () => {
    const named = (text: string): string | undefined => judged(uses(text)).jobs[0]?.actions[0]?.name;
    for (const text of [
      'tj-actions/changed-files@v45',
      'tj-actions//changed-files@v45',
      'tj-actions\\changed-files/@v45',
    ])
      expect(named(text), text).to.equal('tj-actions/changed-files');
    expect(judged(uses('tj-actions//changed-files@v45')).jobs[0]?.findings.map(({ code }) => code)).to.include(
      'action-compromised',
    );
    expect(named('DOCKER://alpine:3')).to.equal('DOCKER://alpine:3');
  });
});
