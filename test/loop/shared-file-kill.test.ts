/**
 * A process that is killed at any request of a pass that proposes the shared file, before GitHub has the request or once it has taken it: there
 * are never two pull requests, and no line of others is lost. After a kill no request reaches GitHub any more, and the next process
 * finds the disk as it was at that request. Somebody may have written to the file meanwhile.
 */
import { cpSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import type { LoggedRequest } from '../fakes/github/index.js';
import { SAMPLE_NAME, sampleOf } from '../sample.js';
import { temporaryFolder } from '../temporary-folder.js';
import { BRANCH, FILE, FOREIGN, HOST, rule, SharedFileStage } from './shared-file-stage.js';
import { MINUTE } from './loop.js';

const OTHER = 'other.example.com:443';
const ON_MAIN = 'on-main.example.com:443';
const ON_BRANCH = 'on-branch.example.com:443';
/** What the next process may need. */
const SETTLED_MS = 25 * MINUTE;

/** Where a process dies: as that request is about to reach GitHub, or once GitHub has taken it. */
interface Point {
  n: number;
  isTaken: boolean;
}

type Sent = Pick<LoggedRequest, 'isWrite' | 'operation'>;

/** A story: what is there before the pass that is killed, the edit that calls for it, and what the file must have in the end. */
interface Story {
  name: string;
  /** Lets others change things before the edit. */
  before: (stage: SharedFileStage) => Promise<void>;
  rules: string;
  foreign: readonly string[];
  wanted: readonly string[];
}

const withBoth = (stage: SharedFileStage): void => {
  stage.home.commit(FILE, `${ON_MAIN}\n${FOREIGN}`);
  stage.home.commit(FILE, `${stage.branchText}${ON_BRANCH}\n`, undefined, BRANCH);
};

const STORIES: readonly Story[] = [
  {
    name: 'the first proposal',
    before: async () => undefined,
    ...{ rules: rule('packages'), foreign: ['github.com:443'], wanted: [HOST] },
  },
  {
    name: 'a change of an open pull request in a conflict, with lines of others on both sides',
    before: async (stage) => {
      stage.loop.put('rules.yaml', rule('packages'));
      await stage.look();
      await stage.loop.until(() => stage.open !== undefined, 'it is proposed');
      await stage.loop.settle();
      withBoth(stage);
    },
    ...{ rules: rule('packages', { endpoints: [HOST, OTHER] }), wanted: [HOST, OTHER] },
    foreign: ['github.com:443', ON_MAIN, ON_BRANCH],
  },
  {
    name: 'an open pull request that has nothing left to change',
    before: async (stage) => {
      stage.loop.put('rules.yaml', rule('packages'));
      await stage.look();
      await stage.loop.until(() => stage.open !== undefined, 'it is proposed');
      await stage.loop.settle();
    },
    ...{ rules: rule('packages', { effect: 'Deny', endpoints: [OTHER] }), foreign: ['github.com:443'], wanted: [] },
  },
];

class Scene {
  readonly stage: SharedFileStage;
  readonly story: Story;

  private constructor(stage: SharedFileStage, story: Story) {
    this.stage = stage;
    this.story = story;
  }

  static async open(story: Story): Promise<Scene> {
    const stage = await SharedFileStage.open({ file: FOREIGN, policy: { schedule: { interval: '10m' } } });
    await stage.loop.start();
    await story.before(stage);
    return new Scene(stage, story);
  }

  edit(): Promise<void> {
    return this.stage.loop.edit('rules.yaml', this.story.rules, 'acme');
  }

  /** What the work sends to the repository of the file. */
  async sentBy(work: () => Promise<void>): Promise<Sent[]> {
    const sent: Sent[] = [];
    this.stage.loop.github.beforeRequest(({ isWrite, operation }) => void sent.push({ isWrite, operation }));
    await work();
    this.stage.loop.github.reset();
    return sent;
  }

  /** True where the process died; then the disk is as it was at that request. */
  async diesAt({ n, isTaken }: Point): Promise<boolean> {
    const { github, state } = this.stage.loop;
    const disk = temporaryFolder();
    let sent = 0;
    github.beforeRequest(({ isWrite }) => {
      sent += 1;
      if (sent !== n) return;
      cpSync(state, disk, { recursive: true });
      if (isTaken && isWrite) github.faults.when(() => true, { kind: 'put-applied-reset' });
      github.faults.when(() => true, { kind: 'reset' }, Number.POSITIVE_INFINITY);
    });
    await this.edit();
    await this.stage.loop.stop();
    github.reset();
    if (sent < n) return false;
    for (const name of readdirSync(state)) rmSync(join(state, name), { recursive: true });
    cpSync(disk, state, { recursive: true });
    return true;
  }

  /** True where all is as the rules say, in the file or in the pull request. */
  get isSettled(): boolean {
    const { stage, story } = this;
    const text = stage.open === undefined ? stage.text : stage.branchText;
    const found = SharedFileStage.endpoints(text).sort().join();
    const isClosed = story.wanted.length > 0 || stage.open === undefined;
    return isClosed && found === [...story.foreign, ...story.wanted].sort().join();
  }

  async goOn(): Promise<void> {
    const { loop } = this.stage;
    await loop.start();
    const end = loop.clock.monotonic() + SETTLED_MS;
    while (!this.isSettled && loop.clock.monotonic() < end) await loop.pass(MINUTE);
  }

  expectWhole(where: string): void {
    const { stage, story } = this;
    expect(stage.home.pulls.open.length, `${where}: one pull request at most`).to.be.at.most(1);
    expect(stage.home.pulls.all.length, `${where}: none was opened twice`).to.be.at.most(1);
    for (const line of story.foreign.filter((each) => each !== ON_BRANCH))
      expect(stage.text, `${where}: on the default branch`).to.contain(line);
    const branch = stage.home.branches.get(BRANCH);
    if (branch !== undefined && story.foreign.includes(ON_BRANCH))
      expect(stage.branchText, where).to.contain(ON_BRANCH);
  }
}

/** Each request, and each write once more with its answer lost. */
const pointsOf = (sent: readonly Sent[]): Point[] =>
  sent.flatMap(({ isWrite }, at) => [
    { n: at + 1, isTaken: false },
    ...(isWrite ? [{ n: at + 1, isTaken: true }] : []),
  ]);

describe('The loop over a folder: a process that is killed while it proposes the shared file', function () {
  let played = 0;
  after(() => console.log(`    ${played} kills, ${SAMPLE_NAME}`));

  for (const story of STORIES)
    it(`${story.name}: killed at every request, the next one brings it to its end`, async () => {
      const whole = await Scene.open(story);
      const sent = await whole.sentBy(() => whole.edit());
      expect(
        sent.some(({ isWrite, operation }) => isWrite && !operation.includes('ruleset')),
        'it writes',
      ).to.equal(true);
      expect(whole.isSettled, 'without a kill').to.equal(true);
      await whole.stage.loop.close();
      for (const point of sampleOf(pointsOf(sent), 6, story.name)) {
        const scene = await Scene.open(story);
        played += 1;
        const where = `killed at request ${point.n} (${sent[point.n - 1]?.operation})${point.isTaken ? ', its answer lost' : ''}`;
        try {
          expect(await scene.diesAt(point), where).to.equal(true);
          scene.expectWhole(where);
          await scene.goOn();
          scene.expectWhole(where);
          expect(scene.isSettled, `${where}: ${JSON.stringify(scene.stage.shared)}`).to.equal(true);
        } finally {
          await scene.stage.loop.close();
        }
      }
    });
});
