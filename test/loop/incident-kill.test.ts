/**
 * A process that is killed at any request of an incident, and after any write: nobody is isolated by half without the status saying so, and nothing is set back
 * wrongly. After a kill no request reaches GitHub any more, and the next process finds the disk as it was at that request. The answer to a
 * write that was taken may be lost with the process.
 */
import { cpSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { stringify } from 'yaml';
import type { IncidentStatus } from '../../pkg/api/index.js';
import { town } from '../builders.js';
import { push, type LoggedRequest, type Organization } from '../fakes/github/index.js';
import { SAMPLE_NAME, sampleOf } from '../sample.js';
import { temporaryFolder } from '../temporary-folder.js';
import { inputOf } from './input.js';
import { Loop, MINUTE } from './loop.js';

const NAMES = ['member-001', 'member-002', 'member-003'];
/** From then on a creation that no read shows is not applied any more. */
const SETTLED_MS = 25 * MINUTE;

const document = (closed: boolean): string =>
  stringify({
    apiVersion: 'plus1.dev/v1alpha1',
    kind: 'Plus1Incident',
    metadata: { name: 'leak' },
    spec: {
      ...{ policyRef: { name: 'acme' }, title: 'A token leaked', severity: 'High', owner: 'security', closed },
      reason: 'A token of CI was seen in a public log',
      isolate: { repositories: NAMES, actions: 'Disabled' },
    },
  });

/** Where a process dies: as that request of a phase is about to reach GitHub, or once GitHub has taken it. */
interface Point {
  n: number;
  isTaken: boolean;
}

/** The files of an approval and of the incident may call for a pass each, or for one together: one run has some reads more than another. */
class Survived extends Error {}

type Sent = Pick<LoggedRequest, 'isWrite' | 'operation'>;

class Scene {
  readonly loop: Loop;
  readonly acme: Organization;
  /** What GitHub has before the incident. */
  readonly before: string;
  readonly rulesets: number;

  private constructor(loop: Loop, acme: Organization) {
    this.loop = loop;
    this.acme = acme;
    this.before = this.settings;
    this.rulesets = acme.rulesets.length;
  }

  static async open(): Promise<Scene> {
    const acme = town({ members: 3 });
    const [selected, local, off] = NAMES.map((name) => acme.get(name).actions);
    Object.assign(selected?.permissions ?? {}, { allowed_actions: 'selected' });
    Object.assign(selected?.selected ?? {}, { github_owned_allowed: true, patterns_allowed: ['acme/*', 'tools/*@v2'] });
    Object.assign(local?.permissions ?? {}, { allowed_actions: 'local_only', sha_pinning_required: true });
    Object.assign(off?.permissions ?? {}, { enabled: false });
    const loop = await Loop.open({ organizations: [acme] });
    loop.put('acme.yaml', loop.policy('acme', { isolation: { max: '100%' } }));
    await loop.start();
    return new Scene(loop, acme);
  }

  get settings(): string {
    return JSON.stringify(NAMES.map((name) => this.acme.get(name).actions).map((of) => [of.permissions, of.selected]));
  }

  /** As the disk has it. */
  get status(): IncidentStatus {
    return inputOf<{ status: IncidentStatus }>(this.loop, 'Plus1Incident', 'leak')?.status ?? {};
  }

  is(type: string): boolean {
    return this.status.conditions?.find((each) => each.type === type)?.status === 'True';
  }

  /** All of them, wholly. */
  get isClosedOff(): boolean {
    return NAMES.map((name) => this.acme.get(name)).every(
      (repository) =>
        !repository.actions.permissions.enabled &&
        ['refs/heads/main', 'refs/heads/new', 'refs/tags/v1'].every((ref) => !push(repository, { ref }).ok),
    );
  }

  /** Nothing is left of the incident. */
  get isAsBefore(): boolean {
    return this.settings === this.before && this.acme.rulesets.length === this.rulesets;
  }

  open(): Promise<void> {
    return this.loop.edit('incident.yaml', document(false), 'acme');
  }

  /** The same, and waits until it is done: a look that another file called for may have come first. */
  async isolate(): Promise<void> {
    await this.open();
    await this.loop.until(() => this.is('Isolated'), 'it is isolated');
    await this.loop.settle();
  }

  /** Asks for the release, and approves it once the plan is shown; both are there before the pass that works on it. */
  async askForRelease(): Promise<void> {
    await this.loop.edit('incident.yaml', document(true), 'acme');
    await this.loop.until(() => this.status.hold?.planHash !== undefined, 'the plan of the release is shown');
    await this.loop.settle();
    const folder = join(this.loop.state, '.approvals', 'default', 'acme');
    mkdirSync(folder, { recursive: true });
    const approval = {
      ...{ apiVersion: 'plus1.dev/v1alpha1', kind: 'Plus1Approval' },
      metadata: {
        ...{ name: 'a', namespace: 'default', uid: 'uid-a' },
        creationTimestamp: new Date(this.loop.clock.now()).toISOString(),
      },
      spec: {
        ...{ policyRef: { name: 'acme' }, approver: 'alice', reason: 'It was looked at' },
        planHash: this.status.hold?.planHash,
      },
    };
    writeFileSync(join(folder, 'a.json'), JSON.stringify(approval));
  }

  /** Looks at all policies now. */
  look(): Promise<void> {
    return this.loop.lookNow();
  }

  /** A write of the process that died may still close somebody off: the release waits until none may. */
  async release(): Promise<void> {
    await this.look();
    await this.settle('Released');
    expect(this.is('Released'), 'it is released').to.equal(true);
  }

  /** What the work sends. */
  async sentBy(work: () => Promise<void>): Promise<Sent[]> {
    const sent: Sent[] = [];
    this.loop.github.beforeRequest(({ isWrite, operation }) => void sent.push({ isWrite, operation }));
    await work();
    this.loop.github.reset();
    return sent;
  }

  /** The process dies, and the disk is as it was at that request. Throws `Survived` where there was no such request. */
  async diesAt({ n, isTaken }: Point, work: () => Promise<void>): Promise<void> {
    const { github, state } = this.loop;
    const disk = temporaryFolder();
    let sent = 0;
    let told = 0;
    github.beforeRequest(() => {
      sent += 1;
      if (sent !== n) return;
      told = this.loop.lines.length;
      cpSync(state, disk, { recursive: true });
      if (isTaken) github.faults.when(() => true, { kind: 'put-applied-reset' });
      github.faults.when(() => true, { kind: 'reset' }, Number.POSITIVE_INFINITY);
    });
    await work();
    await this.loop.stop();
    github.reset();
    if (sent < n) throw new Survived(`${sent} requests were sent`);
    // Nobody heard what the dead process would have said.
    this.loop.lines.length = told;
    for (const name of readdirSync(state)) rmSync(join(state, name), { recursive: true });
    cpSync(disk, state, { recursive: true });
  }

  /** What holds whenever a process is dead. */
  expectHonest(where: string): void {
    if (this.is('Isolated')) expect(this.isClosedOff, `Isolated is true ${where}`).to.equal(true);
    if (this.is('Released')) expect(this.isAsBefore, `Released is true ${where}`).to.equal(true);
    if (this.isAsBefore || this.is('Released')) return;
    const recorded = this.status.isolated?.filter(({ actionsBefore }) => actionsBefore !== undefined) ?? [];
    expect(
      recorded.map(({ name }) => name),
      `recorded before the first write ${where}`,
    ).to.have.members(NAMES);
  }

  expectIsolated(where: string): void {
    expect(this.isClosedOff, where).to.equal(true);
    expect(this.is('Isolated'), `${where}: ${JSON.stringify(this.status.conditions)}`).to.equal(true);
    expect(this.acme.rulesets, where).to.have.length(this.rulesets + 2);
    this.expectTold(['IncidentOpened', 'IncidentIsolated'], where);
  }

  expectReleased(where: string): void {
    expect(this.is('Released'), `${where}: ${JSON.stringify(this.status.conditions)}`).to.equal(true);
    expect(this.is('Isolated'), where).to.equal(false);
    expect(this.settings, where).to.equal(this.before);
    expect(this.acme.rulesets, where).to.have.length(this.rulesets);
    this.expectTold(['IncidentOpened', 'IncidentReleased'], where);
  }

  /** By a process that lived, at least once. */
  expectTold(reasons: readonly string[], where: string): void {
    const untold = reasons.filter((reason) => this.loop.events(reason).length === 0);
    expect(untold, `not told ${where}`).to.deep.equal([]);
  }

  /**
   * The next process read that it is open again. The disk may say `Isolated` from before: who asked for the release then, with the
   * file not read yet, would only see the first one go on.
   */
  async reopened(): Promise<void> {
    const closed = (): boolean =>
      inputOf<{ spec: { closed?: boolean } }>(this.loop, 'Plus1Incident', 'leak')?.spec.closed === true;
    const end = this.loop.clock.monotonic() + SETTLED_MS;
    while (closed() && this.loop.clock.monotonic() < end) await this.loop.pass(MINUTE);
    expect(closed(), 'it is still closed').to.equal(false);
  }

  /** The next process, until that is so, or it has had all the time that it may need. */
  async goOn(until: 'Isolated' | 'Released'): Promise<void> {
    await this.loop.start();
    await this.settle(until);
  }

  async settle(until: 'Isolated' | 'Released'): Promise<void> {
    const end = this.loop.clock.monotonic() + SETTLED_MS;
    while (!this.is(until) && this.loop.clock.monotonic() < end) await this.loop.pass(MINUTE);
  }
}

/** Around each write: before it arrives, and once it is taken and its answer is lost. */
const aroundWrites = (sent: readonly Sent[]): Point[] =>
  sent.flatMap(({ isWrite }, at) =>
    isWrite
      ? [
          { n: at + 1, isTaken: false },
          { n: at + 1, isTaken: true },
        ]
      : [],
  );

/** The same, and as each read is about to be sent. */
const allPoints = (sent: readonly Sent[]): Point[] => [
  ...aroundWrites(sent),
  ...sent.flatMap(({ isWrite }, at) => (isWrite ? [] : [{ n: at + 1, isTaken: false }])),
];

/** But for the last one, after which nothing is left to be done. */
const lostAnswers = (sent: readonly Sent[]): Point[] =>
  aroundWrites(sent)
    .filter(({ isTaken }) => isTaken)
    .slice(0, -1);

describe('The loop over a folder: a process that is killed in an incident', function () {
  // Played whole, each has a hundred kills.
  this.timeout(1_200_000);
  let opening: Sent[];
  let release: Sent[];
  let played = 0;

  before(async () => {
    const scene = await Scene.open();
    opening = await scene.sentBy(() => scene.isolate());
    scene.expectIsolated('without a kill');
    await scene.askForRelease();
    release = await scene.sentBy(() => scene.look());
    scene.expectReleased('without a kill');
    await scene.loop.close();
  });
  after(() => console.log(`    ${played} kills, ${SAMPLE_NAME}`));

  /** Plays each. Only after the last write may a run have fewer requests than the one that was counted. */
  const each = async (
    { points, sent }: { points: readonly Point[]; sent: readonly Sent[] },
    play: (scene: Scene, point: Point, where: string) => Promise<void>,
  ): Promise<void> => {
    const lastWrite = sent.findLastIndex(({ isWrite }) => isWrite) + 1;
    for (const point of points) {
      const scene = await Scene.open();
      played += 1;
      try {
        const where = `killed at request ${point.n}${point.isTaken ? ', its answer lost' : ''}`;
        await play(scene, point, where);
      } catch (thrown) {
        if (!(thrown instanceof Survived) || point.n <= lastWrite) throw thrown;
      } finally {
        await scene.loop.close();
      }
    }
  };

  it('sends what a kill can fall between', () => {
    const writes = (sent: readonly Sent[]): string[] =>
      sent.filter(({ isWrite }) => isWrite).map(({ operation }) => operation);
    expect(writes(opening).sort()).to.deep.equal([
      ...['actions/set-github-actions-permissions-repository', 'actions/set-github-actions-permissions-repository'],
      ...['repos/create-org-ruleset', 'repos/create-org-ruleset'],
    ]);
    expect(writes(release)).to.deep.equal([
      ...['actions/set-github-actions-permissions-repository', 'actions/set-allowed-actions-repository'],
      ...['actions/set-github-actions-permissions-repository', 'repos/delete-org-ruleset', 'repos/delete-org-ruleset'],
    ]);
  });

  it('while it isolates: the next one isolates all of them, and the release restores what was there', () =>
    each({ points: sampleOf(allPoints(opening), 3, 'opening'), sent: opening }, async (scene, point, where) => {
      await scene.diesAt(point, () => scene.open());
      scene.expectHonest(where);
      await scene.goOn('Isolated');
      scene.expectIsolated(where);
      await scene.askForRelease();
      await scene.release();
      scene.expectReleased(where);
    }));

  it('while it isolates, and closed before the next one begins: nothing of it is left', () =>
    each({ points: sampleOf(aroundWrites(opening), 2, 'closed'), sent: opening }, async (scene, point, where) => {
      await scene.diesAt(point, () => scene.open());
      scene.loop.put('incident.yaml', document(true));
      await scene.loop.start();
      if (!scene.is('Released')) {
        await scene.askForRelease();
        await scene.settle('Released');
      }
      scene.expectReleased(where);
    }));

  it('while it releases: the next one restores what was there, and leaves nothing', () =>
    each({ points: sampleOf(allPoints(release), 3, 'release'), sent: release }, async (scene, point, where) => {
      await scene.isolate();
      scene.expectIsolated(where);
      await scene.askForRelease();
      await scene.diesAt(point, () => scene.look());
      scene.expectHonest(where);
      await scene.goOn('Released');
      scene.expectReleased(where);
    }));

  it('while it releases, and opened before the next one begins: all of them are isolated again', () =>
    each({ points: sampleOf(lostAnswers(release), 1, 'again'), sent: release }, async (scene, point, where) => {
      await scene.isolate();
      await scene.askForRelease();
      await scene.diesAt(point, () => scene.look());
      scene.loop.put('incident.yaml', document(false));
      await scene.loop.start();
      await scene.reopened();
      // One that is closed again before a pass saw it open goes on with its release, and the approval of that counts.
      await scene.look();
      await scene.settle('Isolated');
      scene.expectIsolated(where);
      await scene.askForRelease();
      await scene.release();
      scene.expectReleased(where);
    }));
});
