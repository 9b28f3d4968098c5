/**
 * Checklists of 200 repositories, with every answer, and with every answer damaged: whatever of it is missing, a result is the truth or
 * says that nobody knows it, and only the checks that need the missing part say so.
 */
import { expect } from 'chai';
import { BASELINE_CHECKS, type BaselineCheck } from '../../pkg/api/index.js';
import {
  DAMAGES,
  damagedAt,
  isMapping,
  placesIn,
  shapeOf,
  type Damage,
  type Damaged,
  type Json,
} from './baseline-damage.js';
import { sizeOf } from '../sample.js';
import { BaselineScene, SIZE, SPEC, type Tamper } from './baseline-scene.js';

/** More than it takes until every damage was done at every kind of place; in `make test` some of them. */
const MOST_ROUNDS = sizeOf(60, 4);

interface Done {
  shape: string;
  damage: Damage;
}

describe(`Checklists of ${SIZE} repositories`, () => {
  let town: BaselineScene;
  beforeEach(async () => {
    town = await BaselineScene.open();
  });
  afterEach(() => town.close());

  it('are the truth where every answer comes', async () => {
    const outcome = await town.learn();
    expect(town.compare(outcome, () => [])).to.equal(0);
    for (const name of BASELINE_CHECKS)
      expect(new Set([...town.truth.values()].map((each) => each[name])).size, name).to.be.at.least(2);
  });

  it('ask nothing again where nothing changed, whatever they lack', async () => {
    await town.learn();
    const { requests } = town.scene.github;
    const before = requests.length;
    const outcome = await town.pass(SPEC, { isAsked: false });
    const asked = requests.slice(before).map(({ operation, path }) => `${operation} ${path}`);
    expect(asked.filter((each) => /baseline|properties|code-scanning|workflows/.test(each))).to.deep.equal([]);
    expect(town.compare(outcome, () => [])).to.equal(0);
  });

  /** Of the nodes of answers to questions that `isIt` finds: each at another place, in another way, until all have been done. */
  const damageNodes = (
    isIt: (query: string) => boolean,
    chosen: Map<number, Done>,
    done: Map<string, number>,
  ): Tamper => {
    return async ({ body, forward }) => {
      const query = (body as { query?: string } | undefined)?.query ?? '';
      const answer = await forward();
      if (!isIt(query)) return answer;
      const { data, errors = [] } = answer.body as { data: { nodes: Json[] }; errors?: unknown[] };
      const nodes = data.nodes.map((node, index) => {
        const least = leastDone(node, ['nodes', index], done);
        if (least === undefined || !isMapping(node)) return node;
        const { shape, damage, damaged } = least;
        done.set(`${shape} ${damage}`, (done.get(`${shape} ${damage}`) ?? 0) + 1);
        chosen.set(Number(node['databaseId']), { shape, damage });
        if (damaged.error !== undefined) errors.push(damaged.error);
        return damaged.value;
      });
      return { ...answer, body: { data: { nodes }, ...(errors.length > 0 && { errors }) } };
    };
  };

  /** Rounds until no place is left; what each repository suffered stands in `chosen`. */
  const inRounds = async (
    isIt: (query: string) => boolean,
    round: (chosen: ReadonlyMap<number, Done>) => Promise<number>,
  ): Promise<ReadonlyMap<string, number>> => {
    const done = new Map<string, number>();
    let open = 0;
    let before = -1;
    for (let rounds = 1; before < done.size && rounds <= MOST_ROUNDS; rounds += 1) {
      before = done.size;
      const chosen = new Map<number, Done>();
      town.tamper = damageNodes(isIt, chosen, done);
      open += await round(chosen);
    }
    if (MOST_ROUNDS > 4) expect(done.size).to.equal(before);
    expect(open).to.be.greaterThan(SIZE / 2);
    return done;
  };

  it('are the truth or unknown where anything is missing in an answer about a branch, and nothing else suffers', async () => {
    await town.learn();
    const done = await inRounds(
      (query) => query.includes('viewerCanAdminister'),
      async (chosen) => {
        const outcome = await town.pass();
        return town.compare(
          outcome,
          (id) => suffers(chosen.get(id)),
          (id) => JSON.stringify(chosen.get(id)),
        );
      },
    );
    expect(done.size).to.be.greaterThan(100);
  }).timeout(300_000);

  it('are unknown where the person behind the token administers only some, and a classic protection may be hidden', async () => {
    await town.learn();
    const foreign = new Set<number>();
    town.tamper = async ({ body, forward }) => {
      const answer = await forward();
      if (!(body as { query?: string } | undefined)?.query?.includes('viewerCanAdminister')) return answer;
      const { data } = answer.body as { data: { nodes: Json[] } };
      const nodes = data.nodes.map((node) => {
        if (!isMapping(node) || Number(node['databaseId']) % 2 === 0) return node;
        foreign.add(Number(node['databaseId']));
        const ref = isMapping(node['defaultBranchRef']) ? node['defaultBranchRef'] : {};
        return { ...node, viewerCanAdminister: false, defaultBranchRef: { ...ref, branchProtectionRule: null } };
      });
      return { ...answer, body: { data: { nodes } } };
    };
    const outcome = await town.pass();
    const open = town.compare(outcome, (id) => (foreign.has(id) ? ['branchProtection'] : []));
    expect(open).to.be.greaterThan(SIZE / 4);
  });

  it('are the truth or unknown where anything is missing in an answer about workflow files, and nothing else suffers', async () => {
    await town.learn();
    const done = await inRounds(
      (query) => query.includes('.github/workflows') && query.includes('text'),
      async (chosen) => {
        town.scene.index = undefined;
        const outcome = await town.pass();
        return town.compare(
          outcome,
          (id) => (chosen.has(id) ? ['securityWorkflow'] : []),
          (id) => JSON.stringify(chosen.get(id)),
        );
      },
    );
    expect(done.size).to.be.greaterThan(100);
  }).timeout(300_000);
});

/** The damage that was done least so far, of those that can be done to the node. */
function leastDone(
  node: Json,
  root: readonly (string | number)[],
  done: ReadonlyMap<string, number>,
): (Done & { damaged: Damaged }) | undefined {
  const ways = placesIn(node).flatMap((path) => DAMAGES.map((damage) => ({ path, damage, shape: shapeOf(path) })));
  const times = ({ shape, damage }: Done): number => done.get(`${shape} ${damage}`) ?? 0;
  for (const way of ways.sort((a, b) => times(a) - times(b))) {
    const damaged = damagedAt(node, { ...way, root });
    if (damaged !== undefined) return { shape: way.shape, damage: way.damage, damaged };
  }
  return undefined;
}

/** What needs that place of an answer about a branch. */
function suffers(done: Done | undefined): readonly BaselineCheck[] {
  if (done === undefined) return [];
  const { shape } = done;
  if (shape.startsWith('defaultBranchRef.rules')) return ['securityWorkflow', 'rulesetsInherited', 'branchProtection'];
  if (/^defaultBranchRef\.branchProtectionRule|^viewerCanAdminister$/.test(shape)) return ['branchProtection'];
  if (/^defaultBranchRef\.target|^codeowners/.test(shape)) return ['codeowners'];
  return ['securityWorkflow', 'rulesetsInherited', 'branchProtection', 'codeowners'];
}
