/** Each row of the page about changes of a repository is played: what is found, and when the member leaves. */
import { readFileSync } from 'node:fs';
import { expect } from 'chai';
import type { PassOutcome } from '../../pkg/reconciler/index.js';
import { kept, memberNames, names, PATH, PRODUCTION, say, town } from '../builders.js';
import { Organization, type Repository } from '../fakes/github/index.js';
import { Scene, type SpecInput } from './passes.js';

const PAGE = 'docs/reference/repository-changes.md';
const HOUR_MS = 3_600_000;

type Change = (repository: Repository) => unknown;

/** What happens before the first pass, and what happens half way through the grace period or after it. */
interface Story {
  first: Change;
  halfway?: Change;
  afterwards?: Change;
}

const commit =
  (content: string | null): Change =>
  (repository) =>
    repository.commit(PATH, content);
const restore: Change = (repository) => say(repository, 'production');
const archive: Change = (repository) => repository.archive();
const unarchive: Change = (repository) => repository.archive(false);

const STORIES: Record<string, Story> = {
  'its lifecycle becomes `staging`': { first: (repository) => say(repository, 'staging') },
  'it declares no lifecycle any more': { first: commit('apiVersion: v3\nkind: service\nmetadata:\n  name: a\n') },
  'its file is no valid YAML any more': { first: commit('apiVersion: v3\nkind: [service\n') },
  'its file is no entity any more': { first: commit('team: a\n') },
  'its file grows to 600 kB': { first: commit(`${PRODUCTION}# ${'x'.repeat(600_000)}\n`) },
  'a symbolic link takes the place of its file': {
    first: (repository) => repository.commit(PATH, { content: 'elsewhere.yaml', mode: '120000' }),
  },
  'its file is deleted': { first: commit(null) },
  'its default branch is renamed': { first: (repository) => repository.setDefaultBranch('trunk') },
  'another branch, without the file, becomes the default': {
    first: (repository) => {
      repository.setDefaultBranch('trunk').commit(PATH, null);
    },
  },
  'it is renamed': { first: (repository) => repository.rename(`${repository.name}-renamed`) },
  'it is archived': { first: archive },
  'it is archived, and unarchived within the grace period': { first: archive, halfway: unarchive },
  'it is archived, left, and is unarchived': { first: archive, afterwards: unarchive },
  'its lifecycle becomes `staging`, and production again within the grace period': {
    first: (repository) => say(repository, 'staging'),
    halfway: restore,
  },
  'it is deleted': { first: (repository) => repository.delete() },
  'it is transferred to another owner': { first: () => undefined },
};

interface Row {
  what: string;
  /** The word between back quotes. */
  status: string;
  becomes: string;
  /** A setting of `catalog`, and what becomes of the member by it. */
  other: string;
}

const ROWS = readFileSync(PAGE, 'utf8')
  .split('\n')
  .filter((line) => line.startsWith('| ') && !/^\| (---|what happens) /.test(line))
  .map((line): Row => {
    const [what = '', status = '', becomes = '', other = ''] = line
      .slice(1)
      .split('|')
      .map((cell) => cell.trim());
    return { what, status: /`(\w+)`/.exec(status)?.[1] ?? '', becomes, other: other.replace(/`/g, '') };
  });

/** By hour: before the grace period ends, and after it. `gone`: by the second proof. */
const LEAVES: Record<string, 'never' | 'at once' | 'within' | 'after' | 'back'> = {
  stays: 'never',
  'leaves at once': 'at once',
  'leaves after an hour': 'within',
  'leaves after the grace period': 'after',
  'enters again in the next pass': 'back',
};

interface Played {
  row: Row;
  story: Story;
  repository: Repository;
  expected: string;
}

/** All rows at once, a member each. Await `close()`. */
class Stage {
  readonly scene: Scene;
  readonly #spec: SpecInput;
  readonly #played: Played[];
  readonly #elsewhere: Organization;

  private constructor(scene: Scene, rows: readonly Row[], { spec, becomes }: Settings) {
    this.scene = scene;
    this.#spec = { guards: { maxLeaving: '100%' }, ...spec };
    const members = names('member', rows.length);
    this.#played = rows.map((row, at) => ({
      ...{ row, story: STORIES[row.what] ?? { first: (): void => undefined } },
      repository: scene.organization.get(members[at] ?? ''),
      expected: LEAVES[becomes(row)] ?? '',
    }));
    this.#elsewhere = scene.github.world.add(new Organization({ login: 'elsewhere' }));
  }

  static async open(rows: readonly Row[], settings: Settings): Promise<Stage> {
    const stage = new Stage(await Scene.open(town({ members: rows.length + 2 })), rows, settings);
    await stage.pass();
    return stage;
  }

  pass(hours = 0): Promise<PassOutcome> {
    this.scene.clock.pass(hours * HOUR_MS);
    return this.scene.pass(this.#spec);
  }

  begin(): void {
    for (const { row, story, repository } of this.#played)
      if (row.what.includes('transferred')) repository.transferTo(this.#elsewhere);
      else story.first(repository);
  }

  goOn(part: 'halfway' | 'afterwards'): void {
    for (const { story, repository } of this.#played) story[part]?.(repository);
  }

  /** Of the rows that nothing happens to later, or of the others. */
  expectFound({ seen }: PassOutcome, { isLater }: { isLater: boolean }): void {
    const found = new Map(seen?.findings.map(({ id, status }): [number, string] => [id, status]));
    for (const { row, story, repository } of this.#played)
      if ((story.halfway ?? story.afterwards) === undefined ? !isLater : isLater)
        expect(found.get(repository.id) ?? 'gone', row.what).to.equal(row.status);
  }

  expectLeft(when: string, ...left: string[]): void {
    const members = new Set(kept(this.scene.organization).members);
    for (const { row, repository, expected } of this.#played)
      expect(members.has(repository.id), `${row.what}: ${when}`).to.equal(!left.includes(expected));
  }

  close(): Promise<void> {
    return this.scene.close();
  }
}

interface Settings {
  spec?: SpecInput;
  becomes: (row: Row) => string;
}

async function play(rows: readonly Row[], settings: Settings): Promise<void> {
  const stage = await Stage.open(rows, settings);
  try {
    stage.begin();
    stage.expectFound(await stage.pass(), { isLater: false });
    stage.expectLeft('at once', 'at once');
    stage.goOn('halfway');
    await stage.pass(12);
    stage.expectLeft('half way', 'at once', 'within');
    await stage.pass(11.9);
    stage.expectLeft('before the grace period ends', 'at once', 'within');
    await stage.pass(1);
    stage.expectLeft('after the grace period', 'at once', 'within', 'after', 'back');
    stage.goOn('afterwards');
    stage.expectFound(await stage.pass(), { isLater: true });
    stage.expectLeft('in the next pass', 'at once', 'within', 'after');
    expect(stage.scene.github.contractViolations).to.deep.equal([]);
  } finally {
    await stage.close();
  }
}

describe('A change of a repository that is a member', () => {
  it('has a story for each row of the page, and a row for each story', () => {
    expect(ROWS.map(({ what }) => what)).to.deep.equal(Object.keys(STORIES));
    expect(ROWS.filter(({ becomes }) => LEAVES[becomes] === undefined)).to.deep.equal([]);
  });

  it('leaves as the page says, with the default settings, and never before its grace period', () =>
    play(ROWS, { becomes: ({ becomes }) => becomes }));

  for (const setting of ['onInvalid: Release', 'onMissing: Retain']) {
    it(`leaves as the page says with ${setting}`, async () => {
      const [field = '', value = ''] = setting.split(': ');
      const rows = ROWS.filter(({ other }) => other.startsWith(setting));
      expect(rows.length).to.be.greaterThan(1);
      const becomes = ({ other }: Row): string => other.slice(setting.length + 2);
      await play(rows, { spec: { catalog: { [field]: value } }, becomes });
    });
  }

  it('enters by no file that cannot be judged, unless onInvalid is Govern', async () => {
    const invalid = ROWS.filter(({ other }) => other.startsWith('onInvalid'));
    const scene = await Scene.open(town({ members: 1, others: invalid.length }));
    try {
      const others = names('other', invalid.length);
      invalid.forEach(({ what }, at) => STORIES[what]?.first(scene.organization.get(others[at] ?? '')));
      await scene.pass();
      expect(memberNames(scene.organization)).to.deep.equal(['member-001']);
      await scene.pass({ catalog: { onInvalid: 'Govern' } });
      expect(memberNames(scene.organization)).to.deep.equal(['member-001', ...others]);
    } finally {
      await scene.close();
    }
  });
});
