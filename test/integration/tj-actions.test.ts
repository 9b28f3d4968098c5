/**
 * The story of tj-actions/changed-files (CVE-2025-30066) over 1,000 repositories (a part of them in `make test`): who refers to it in any way,
 * and who ran it in the window. All of them and nobody else, what cannot be read by name, and one request for each repository that refers.
 */
import { mkdirSync } from 'node:fs';
import { expect } from 'chai';
import { inventoryCommand } from '../../cmd/plus1/inventory.js';
import { indexFolder } from '../../cmd/plus1/kept-beside.js';
import { StateFolder } from '../../pkg/policies/index.js';
import { PATH, PRODUCTION, RETIRED, town } from '../builders.js';
import { runCommand } from '../cmd/command.js';
import { sizeOf } from '../sample.js';
import { temporaryFolder } from '../temporary-folder.js';
import { workflow } from '../workflows/build.js';
import { Scene } from './passes.js';

const SIZE = sizeOf(1_000, 110);
const TJ = 'tj-actions/changed-files';
const COMMIT = '0e58ed8671d6b60d0890c21b07f8835ace038e67';
const KEY = { namespace: 'default', name: 'acme' };
const NEVER = new AbortController().signal;
const DAY_MS = 24 * 3_600_000;
const WINDOW = { since: Date.UTC(2026, 10, 14), until: Date.UTC(2026, 10, 16) };

const uses = (what: string): string => workflow(`      - uses: ${what}\n`);
const calls = (what: string): string => `on: push\njobs:\n  call:\n    uses: ${what}\n`;
const composite = (what: string): string => `runs:\n  using: composite\n  steps:\n    - uses: ${what}\n`;
const CI = '.github/workflows/ci.yml';

interface Kind {
  files: Record<string, string>;
  /** `file via @ref` of each reference. */
  refers: string[];
  unknown?: string;
}

/** What repositories have: in turn. */
const KINDS: Kind[] = [
  { files: { [CI]: uses(`${TJ}@v45`) }, refers: [`${CI} direct @v45`] },
  { files: { [CI]: uses(`${TJ}@${COMMIT} # v45.0.7`) }, refers: [`${CI} direct @${COMMIT}`] },
  { files: { [CI]: uses('TJ-Actions/Changed-Files@v44') }, refers: [`${CI} direct @v44`] },
  { files: { [CI]: calls('acme/shared/.github/workflows/tj.yml@main') }, refers: [`${CI} reusable @v45`] },
  { files: { [CI]: calls('ACME/Middle/.github/workflows/mid.yml@v1') }, refers: [`${CI} reusable @v45`] },
  {
    files: { [CI]: calls('./.github/workflows/own.yml'), '.github/workflows/own.yml': uses(`${TJ}@v45`) },
    refers: [`${CI} reusable @v45`, '.github/workflows/own.yml direct @v45'],
  },
  { files: { [CI]: uses('acme/tool@v1') }, refers: [`${CI} composite @v43`] },
  {
    files: { [CI]: uses('./.github/actions/x'), '.github/actions/x/action.yml': composite(`${TJ}@v45`) },
    refers: ['.github/actions/x/action.yml direct @v45', `${CI} composite @v45`],
  },
  { files: { [CI]: uses('actions/checkout@v4') }, refers: [] },
  { files: { [CI]: uses(`${TJ}-x@v45`), '.github/workflows/b.yml': uses('tj-actions/changed@v45') }, refers: [] },
  { files: { [CI]: `# - uses: ${TJ}@v45\n${workflow(`      - run: echo uses ${TJ}@v45\n`)}` }, refers: [] },
  { files: { [CI]: `jobs: [\n  - uses: ${TJ}@v45\n` }, refers: [], unknown: CI },
  { files: {}, refers: [] },
];
/** What others call. */
const SHARED: Record<string, Kind> = {
  shared: {
    files: { '.github/workflows/tj.yml': uses(`${TJ}@v45`) },
    refers: ['.github/workflows/tj.yml direct @v45'],
  },
  middle: {
    files: { '.github/workflows/mid.yml': calls('acme/shared/.github/workflows/tj.yml@main') },
    refers: ['.github/workflows/mid.yml reusable @v45'],
  },
  tool: { files: { 'action.yml': composite(`${TJ}@v43`) }, refers: ['action.yml direct @v43'] },
};

describe(`tj-actions/changed-files in ${SIZE} repositories`, () => {
  let scene: Scene;
  let state: string;
  /** `repository file via @ref`, `repository file`, and `repository run`. */
  const truth = { refers: new Set<string>(), unknown: new Set<string>(), ran: new Set<string>() };

  before(async () => {
    scene = await Scene.open(town({}));
    const { organization } = scene;
    const create = (name: string, { files, refers, unknown }: Kind, number: number): void => {
      const lifecycle = number % 2 === 0 ? PRODUCTION : RETIRED;
      const repository = organization.createRepository({ name, files: { [PATH]: lifecycle, ...files } });
      for (const one of refers) truth.refers.add(`${name} ${one}`);
      if (unknown !== undefined) truth.unknown.add(`${name} ${unknown}`);
      const { actions } = repository;
      const start = (path: string, at: number): number => actions.add({ path, sha: COMMIT, at }, at).id;
      // Runs of others, and of the same file at other times, are no runs of it in the window.
      start('.github/workflows/other.yml', WINDOW.since + DAY_MS);
      start(CI, WINDOW.since - DAY_MS);
      start(CI, WINDOW.until + DAY_MS);
      const id = number % 3 === 0 ? start(CI, WINDOW.since + DAY_MS) : undefined;
      if (id !== undefined && refers.some((one) => one.startsWith(`${CI} `))) truth.ran.add(`${name} ${id}`);
    };
    for (const [name, kind] of Object.entries(SHARED)) create(name, kind, 1);
    for (let number = 0; number < SIZE; number += 1)
      create(
        `r${String(number).padStart(4, '0')}`,
        KINDS[number % KINDS.length] as Kind,
        Math.floor(number / KINDS.length),
      );
    await scene.pass({ workflows: { enabled: true } });
    state = temporaryFolder();
    mkdirSync(state, { recursive: true });
    const policy = {
      ...{ apiVersion: 'plus1.dev/v1alpha1', kind: 'Plus1Policy', metadata: { ...KEY, uid: 'u' } },
      ...{ spec: { organization: 'acme' }, status: {} },
    };
    await new StateFolder(state).write(KEY, policy as never, NEVER);
    await indexFolder(state).save(KEY, JSON.parse(scene.index ?? '{}') as object, NEVER);
  });
  after(async () => {
    expect(scene.github.contractViolations).to.deep.equal([]);
    await scene.close();
  });

  interface Answer {
    refers: { repository: string; file: string; via: string; ref: string }[];
    ran: { repository: string; run: number }[] | null;
    unknown: { repository: string; file: string }[];
  }
  const inventory = async (...args: string[]): Promise<Answer> => {
    const env = { GITHUB_TOKEN: 'ghp_scene', GITHUB_API_URL: scene.github.apiURL };
    const nowMs = scene.clock.now();
    const all = [...args, '--state', state, '--format', 'json'];
    const { stdout, code, stderr } = await runCommand(inventoryCommand, all, { cwd: state, env, nowMs });
    expect(code, stderr).to.equal(0);
    return JSON.parse(stdout) as Answer;
  };
  const named = ({ refers }: Answer): string[] =>
    refers.map(({ repository, file, via, ref }) => `${repository} ${file} ${via} @${ref}`).sort();

  it('names everybody who refers to it, nobody else, and what cannot be read, without a request', async () => {
    const before = scene.github.requests.length;
    const answer = await inventory(TJ);
    expect(named(answer)).to.deep.equal([...truth.refers].sort());
    const unknown = answer.unknown.map(({ repository, file }) => `${repository} ${file}`).sort();
    expect(unknown).to.deep.equal([...truth.unknown].sort());
    expect(answer.ran).to.equal(null);
    expect(scene.github.requests.length).to.equal(before);
  });

  it('names those of one tag or commit alone, by whatever way', async () => {
    for (const ref of ['v45', 'v43', COMMIT, COMMIT.slice(0, 12)]) {
      const wanted = [...truth.refers].filter((one) => one.includes(` @${ref}`)).sort();
      expect(wanted).not.to.deep.equal([]);
      expect(named(await inventory(`${TJ}@${ref}`)), ref).to.deep.equal(wanted);
    }
  });

  it('names every run in the window and no other, with one request for each repository that refers', async () => {
    const before = scene.github.requests.length;
    const day = (ms: number): string => new Date(ms).toISOString().slice(0, 10);
    const { ran } = await inventory(TJ, '--runs', '--since', day(WINDOW.since), '--until', day(WINDOW.until));
    expect((ran ?? []).map(({ repository, run }) => `${repository} ${run}`).sort()).to.deep.equal(
      [...truth.ran].sort(),
    );
    expect(truth.ran.size).to.be.greaterThan(SIZE / 10);
    const asked = scene.github.requests.slice(before).map(({ path }) => path.split('?')[0]?.split('/').at(-3));
    const referring = new Set([...truth.refers].map((one) => one.split(' ')[0]));
    expect([...asked].sort()).to.deep.equal([...referring].sort());
  });
});
