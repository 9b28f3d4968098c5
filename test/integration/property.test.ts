/** Targeting by custom property against a simulator: how values are written and proved, and what the property and the ruleset must be. */
import { expect } from 'chai';
import type { Intent, PassOutcome, WriteEnd } from '../../pkg/reconciler/index.js';
import { kept, memberNames, names, PATH, PROPERTY, say, town } from '../builders.js';
import type { LoggedRequest, Organization } from '../fakes/github/index.js';
import { departures, productionThatLeft } from './history.js';
import { Scene, type PassOptions, type SpecInput } from './passes.js';

const { name: PROPERTY_NAME, value: VALUE } = PROPERTY;
const NO_GRACE = { exit: { gracePeriod: '0s' }, guards: { maxLeaving: '100%' } } satisfies SpecInput;

interface Patch {
  repository_names: string[];
  properties: { property_name: string; value: string | null }[];
}

describe('Targeting by custom property', () => {
  let scene: Scene;
  let acme: Organization;
  afterEach(async () => {
    expect(productionThatLeft(acme)).to.deep.equal([]);
    expect(scene.github.contractViolations).to.deep.equal([]);
    await scene.close();
  });

  async function open(of: Parameters<typeof town>[0]): Promise<void> {
    acme = town({ ...of, targeting: 'CustomProperty' });
    scene = await Scene.open(acme);
  }
  const patches = (): Patch[] => scene.github.requests.filter(isPatch).map(({ body }) => body as Patch);
  const isPatch = ({ method }: LoggedRequest): boolean => method === 'PATCH';
  const conditions = (outcome: PassOutcome): string[] =>
    (outcome.status.conditions ?? []).map(({ type, status, reason }) => `${type}=${status} ${reason}`);

  it('lets enter and leave by PATCHes of at most 30 repositories, and never writes the ruleset', async () => {
    await open({ members: 40, demoted: 32, promoted: 61, others: 5 });
    const before = JSON.stringify(kept(acme).state);
    const outcome = await scene.pass(NO_GRACE);
    expect([outcome.result, outcome.error?.message]).to.deep.equal(['Succeeded', undefined]);
    expect(memberNames(acme)).to.deep.equal([...names('member', 40), ...names('promoted', 61)]);
    expect(patches().map(({ repository_names: each }) => each.length)).to.deep.equal([30, 30, 1, 30, 2]);
    expect(patches().map(({ properties }) => properties)).to.deep.equal(
      [VALUE, VALUE, VALUE, null, null].map((value) => [{ property_name: PROPERTY_NAME, value }]),
    );
    expect(JSON.stringify(kept(acme).state)).to.equal(before);
    expect(departures(kept(acme))).to.have.length(32);
    expect(outcome.status.window?.left).to.equal(32);
    scene.github.reset();
    const second = await scene.pass(NO_GRACE);
    expect(second.status.effective).to.include({ checked: 101, ineffective: 0 });
    expect([second.result, patches()]).to.deep.equal(['Succeeded', []]);
  });

  it('begins with a property that nobody has', async () => {
    await open({ promoted: 3, others: 1 });
    expect(memberNames(acme)).to.deep.equal([]);
    const outcome = await scene.pass({ guards: { maxEntering: '10%' } });
    expect([outcome.result, memberNames(acme)]).to.deep.equal(['Succeeded', names('promoted', 3)]);
  });

  it('goes on in another round where the minute of its intent is over before all is sent', async () => {
    await open({ members: 1, promoted: 1_900 });
    const intents: number[] = [];
    const record = {
      keepIntent: async ({ status, decision }: Intent): Promise<boolean> => {
        intents.push(decision.toEnter.length);
        await scene.keep(status);
        return true;
      },
    };
    const outcome = await scene.pass(NO_GRACE, { dependencies: { record } });
    expect([outcome.result, outcome.error?.message]).to.deep.equal(['Succeeded', undefined]);
    expect(intents).to.have.length(2);
    expect(memberNames(acme)).to.have.length(1_901);
    expect(new Set(patches().flatMap(({ repository_names: each }) => each)).size, 'each once').to.equal(1_900);
  });

  it('takes a value that somebody else set or unset for drift, and repairs it', async () => {
    await open({ members: 4, others: 1 });
    await scene.pass();
    acme.properties.set(acme.get('member-002').id, PROPERTY_NAME, null);
    acme.properties.set(acme.get('other-001').id, PROPERTY_NAME, VALUE);
    const outcome = await scene.pass(NO_GRACE);
    expect(outcome.seen?.drift).to.deep.equal({
      added: [acme.get('other-001').id],
      removed: [acme.get('member-002').id],
    });
    await scene.pass(NO_GRACE);
    expect(memberNames(acme)).to.deep.equal(names('member', 4));
  });

  it('leaves another value of another repository alone: only its own value counts', async () => {
    await open({ members: 2, others: 1 });
    acme.properties.define({ property_name: PROPERTY_NAME, value_type: 'string' });
    acme.properties.set(acme.get('other-001').id, PROPERTY_NAME, 'no');
    await scene.pass(NO_GRACE);
    expect(acme.properties.valueOf(acme.get('other-001').id, PROPERTY_NAME)).to.equal('no');
    expect(patches()).to.deep.equal([]);
  });

  const define = (): unknown => acme.properties.define({ property_name: PROPERTY_NAME, value_type: 'string' });
  const valueOf = (name: string): unknown => acme.properties.valueOf(acme.get(name).id, PROPERTY_NAME);

  it('never writes over another value: who has it does not enter, and the conditions say who, why and what to do', async () => {
    await open({ members: 2, promoted: 3 });
    define();
    acme.properties.set(acme.get('promoted-002').id, PROPERTY_NAME, 'two');
    const outcome = await scene.pass(NO_GRACE);
    expect([outcome.result, valueOf('promoted-002')]).to.deep.equal(['Succeeded', 'two']);
    expect(memberNames(acme)).to.deep.equal([...names('member', 2), 'promoted-001', 'promoted-003']);
    const why =
      'cannot enter, since Plus1 writes over no value of somebody else: promoted-002 (its custom property plus1-governed is "two"). ' +
      'Unset the property there, or give the policy a property of its own';
    const said = new Map(outcome.status.conditions?.map(({ type, message }) => [type, message]));
    expect(said.get('Compliant')).to.equal(`Governed 4/5 production repositories; ${why}`);
    expect(said.get('Ready')).to.contain(why);
    expect(conditions(outcome)).to.include.members(['Compliant=False Ungoverned', 'Ready=True Converged']);
    acme.properties.set(acme.get('promoted-002').id, PROPERTY_NAME, null);
    expect(conditions(await scene.pass(NO_GRACE))).to.include('Compliant=True AllGoverned');
    expect(memberNames(acme)).to.include('promoted-002');
  });

  it('tells the value of somebody else as text, whatever is in it', async () => {
    await open({ members: 1, promoted: 1 });
    define();
    acme.properties.set(acme.get('promoted-001').id, PROPERTY_NAME, 'two\u202e');
    const { acted } = await scene.pass(NO_GRACE);
    const reasons = acted?.decision.plan.barred?.map(({ reason }) => reason);
    expect(reasons).to.deep.equal(['its custom property plus1-governed is "two\\u202e"']);
  });

  for (const [who, name] of [
    ['enters', 'promoted-001'],
    ['leaves', 'demoted-001'],
  ] as const)
    it(`writes over no value that somebody sets after the plan on one that ${who}`, async () => {
      await open({ members: 2, promoted: 2, demoted: 2 });
      define();
      let reads = 0;
      scene.github.beforeRequest(async ({ method, path }) => {
        // The list is read for the plan, and again before the first PATCH; a PATCH of leavers has a read of its own before it.
        if (method === 'GET' && path.includes('/properties/values') && (reads += 1) === 2)
          acme.properties.set(acme.get(name).id, PROPERTY_NAME, 'two');
      });
      const outcome = await scene.pass(NO_GRACE);
      expect([outcome.result, valueOf(name)]).to.deep.equal(['Succeeded', 'two']);
      const entered = ['promoted-001', 'promoted-002'].filter((each) => each !== name);
      expect(memberNames(acme)).to.deep.equal([...names('member', 2), ...entered]);
      kept(acme).memberships.splice(0);
    });

  it('unsets no value that somebody set right before the PATCH by which one leaves', async () => {
    await open({ members: 2, demoted: 2 });
    define();
    let reads = 0;
    scene.github.beforeRequest(async ({ method, path }) => {
      if (method === 'GET' && path.includes('/properties/values') && (reads += 1) === 3)
        acme.properties.set(acme.get('demoted-001').id, PROPERTY_NAME, 'two');
    });
    await scene.pass(NO_GRACE);
    expect([valueOf('demoted-001'), memberNames(acme)]).to.deep.equal(['two', names('member', 2)]);
  });

  /** The name goes to a member in production, between the read by id and the PATCH. */
  function swapBeforePatch(isMeant: (patch: Patch) => boolean, [old, taker]: [string, string]): void {
    let isDone = false;
    scene.github.beforeRequest(async (request) => {
      if (isDone || !isPatch(request) || !isMeant(request.body as Patch)) return;
      isDone = true;
      acme.get(old).rename(`${old}-moved`);
      acme.get(taker).rename(old);
    });
  }
  const unsets = ({ properties }: Patch): boolean => properties[0]?.value === null;

  it('sets back at once whom it unset by a name that had changed hands, and finishes', async () => {
    await open({ members: 6, demoted: 1 });
    const taker = acme.get('member-003').id;
    swapBeforePatch(unsets, ['demoted-001', 'member-003']);
    const outcome = await scene.pass(NO_GRACE);
    const ours = patches().map(({ repository_names: each, properties }) => [each, properties[0]?.value]);
    expect(ours.slice(0, 2), 'the PATCH, and what sets it back').to.deep.equal([
      [['demoted-001'], null],
      [['demoted-001'], VALUE],
    ]);
    expect(acme.properties.valueOf(taker, PROPERTY_NAME)).to.equal(VALUE);
    expect(outcome.result).to.equal('Succeeded');
    kept(acme).memberships.splice(0);
  });

  it('sets back whom it let in by a name that had changed hands', async () => {
    await open({ members: 3, promoted: 1, others: 1 });
    swapBeforePatch((patch) => !unsets(patch), ['promoted-001', 'other-001']);
    await scene.pass(NO_GRACE);
    await scene.pass(NO_GRACE);
    expect(memberNames(acme)).to.deep.equal([...names('member', 3), 'promoted-001-moved']);
  });

  it('does not touch a repository that was given the name of one that leaves, before that one is read again', async () => {
    await open({ members: 40, demoted: 31 });
    let patched = 0;
    // After the first PATCH, and before the names of the others are read.
    scene.github.on('response', (request) => {
      if (!isPatch(request) || (patched += 1) !== 1) return;
      acme.get('demoted-031').rename('elsewhere');
      acme.get('member-001').rename('demoted-031');
    });
    const taker = acme.get('member-001').id;
    await scene.pass(NO_GRACE);
    expect(patches().flatMap(({ repository_names: each }) => each)).to.not.include('demoted-031');
    expect(acme.properties.valueOf(taker, PROPERTY_NAME)).to.equal(VALUE);
    expect(memberNames(acme)).to.have.length(40);
  });

  /** Another repository, on the second page of the values, gets the name of `member-001` after the first page was read, before a PATCH. */
  function moveBetweenPages(): number {
    say(acme.get('member-001'), 'deprecated');
    const taker = acme.get('member-120');
    let reads = 0;
    scene.github.beforeRequest(async ({ method, path }) => {
      // The plan, the read before the write, and the one before the PATCH.
      if (method !== 'GET' || !/\/properties\/values\?.*\bpage=2/.test(path) || (reads += 1) !== 3) return;
      acme.get('member-001').rename('elsewhere');
      taker.rename('member-001');
    });
    return taker.id;
  }

  it('does not touch a repository that was given the name of one that leaves while the names are read', async () => {
    await open({ members: 120 });
    const taker = moveBetweenPages();
    const outcome = await scene.pass(NO_GRACE);
    expect(acme.get('member-001').id, 'the name has changed hands').to.equal(taker);
    expect(patches().flatMap(({ repository_names: each }) => each)).to.not.include('member-001');
    expect(acme.properties.valueOf(taker, PROPERTY_NAME)).to.equal(VALUE);
    expect([outcome.result, memberNames(acme).length]).to.deep.equal(['Succeeded', 119]);
  });

  it('sets back whom it unset by a name that it has given up again since', async () => {
    await open({ members: 6, demoted: 1 });
    const taker = acme.get('member-003');
    taker.commit(PATH, 'kind: [');
    swapBeforePatch(unsets, ['demoted-001', 'member-003']);
    let patched = 0;
    scene.github.on('response', (request) => {
      if (isPatch(request) && (patched += 1) === 1) taker.rename('member-003');
    });
    await scene.pass(NO_GRACE);
    expect(acme.properties.valueOf(taker.id, PROPERTY_NAME)).to.equal(VALUE);
    kept(acme).memberships.splice(0);
  });

  it('goes on where one of the names is nobody’s any more: the others are written, with names that were read again', async () => {
    await open({ members: 3, promoted: 3 });
    let isDone = false;
    scene.github.beforeRequest(async (request) => {
      if (!isPatch(request) || isDone) return;
      isDone = true;
      acme.get('promoted-002').rename('promoted-new');
    });
    const outcome = await scene.pass(NO_GRACE);
    expect(outcome.error?.message).to.equal(undefined);
    expect(memberNames(acme)).to.deep.equal([...names('member', 3), 'promoted-001', 'promoted-003', 'promoted-new']);
  });

  it('goes on after a PATCH without an answer: the next round writes what is missing', async () => {
    await open({ members: 3, promoted: 31 });
    scene.github.faults.at(2, { kind: 'status', status: 503 }, 'rest-write');
    const outcome = await scene.pass(NO_GRACE);
    expect(outcome.result).to.equal('Succeeded');
    expect(memberNames(acme)).to.have.length(34);
  });

  it('ends unproved where GitHub refuses a later PATCH: what was written is kept as it is, and the next pass finishes', async () => {
    await open({ members: 3, promoted: 31 });
    const ends: WriteEnd[] = [];
    const intents: number[] = [];
    const record: PassOptions['dependencies'] = {
      record: {
        ended: async (_intent, end) => void ends.push(end),
        keepIntent: async ({ status, decision }) => {
          intents.push(decision.toEnter.length);
          await scene.keep(status);
          return true;
        },
      },
    };
    scene.github.faults.at(2, { kind: 'forbidden' }, 'rest-write');
    const outcome = await scene.pass(NO_GRACE, { dependencies: record });
    expect([outcome.result, outcome.error?.code]).to.deep.equal(['Failed', 'PLUS1_PERMISSION_MISSING']);
    expect(intents, 'one intent for all').to.deep.equal([31]);
    expect(ends.map(({ state, live }) => [state, live?.members.size])).to.deep.equal([['unproved', 33]]);
    expect(memberNames(acme)).to.have.length(33);
    expect((await scene.pass(NO_GRACE)).result).to.equal('Succeeded');
    expect(memberNames(acme)).to.have.length(34);
  });

  const FAULTY: readonly { what: string; make: () => void; reason: string; fix: RegExp }[] = [
    {
      what: 'is missing',
      make: () => void acme.properties.remove(PROPERTY_NAME),
      reason: 'PropertyNotFound',
      fix: /gh api -X PUT \/orgs\/acme\/properties\/schema\/plus1-governed -f value_type=true_false -F required=false -f values_editable_by=org_actors$/,
    },
    {
      what: 'may be edited by administrators of repositories',
      make: () =>
        void acme.properties.define({
          property_name: PROPERTY_NAME,
          value_type: 'single_select',
          allowed_values: ['true', 'maybe so'],
          values_editable_by: 'org_and_repo_actors',
        }),
      reason: 'PropertyEditable',
      fix: /-f value_type=single_select -f 'allowed_values\[\]=true' -f 'allowed_values\[\]=maybe so' .*values_editable_by=org_actors$/,
    },
    {
      what: 'has a default value',
      make: () =>
        void acme.properties.define({
          property_name: PROPERTY_NAME,
          value_type: 'string',
          required: true,
          default_value: 'true',
        }),
      reason: 'UnsupportedTargeting',
      fix: /-f value_type=string -F required=false/,
    },
    {
      what: 'does not hold the value',
      make: () =>
        void acme.properties.define({
          property_name: PROPERTY_NAME,
          value_type: 'single_select',
          allowed_values: ['yes'],
        }),
      reason: 'UnsupportedTargeting',
      fix: /-f 'allowed_values\[\]=yes' -f 'allowed_values\[\]=true'/,
    },
    {
      what: 'is of a type with several values',
      make: () =>
        void acme.properties.define({
          property_name: PROPERTY_NAME,
          value_type: 'multi_select',
          allowed_values: ['true'],
        }),
      reason: 'UnsupportedTargeting',
      fix: /use another property/,
    },
  ];

  for (const { what, make, reason, fix } of FAULTY)
    it(`is Stalled ${reason} where the property ${what}, with the command, and writes nothing`, async () => {
      await open({ members: 2, promoted: 1 });
      make();
      const outcome = await scene.pass();
      expect(conditions(outcome)).to.include(`Stalled=True ${reason}`);
      expect(outcome.error?.fix).to.match(fix);
      expect(scene.github.counts().writes).to.equal(0);
    });

  const AIMS: readonly { what: string; include: object[]; exclude?: object[] }[] = [
    { what: 'another value', include: [{ name: PROPERTY_NAME, property_values: ['yes'] }] },
    { what: 'a value more', include: [{ name: PROPERTY_NAME, property_values: [VALUE, 'yes'] }] },
    {
      what: 'a further condition',
      include: [
        { name: PROPERTY_NAME, property_values: [VALUE] },
        { name: 'visibility', source: 'system', property_values: ['private'] },
      ],
    },
    {
      what: 'some left out',
      include: [{ name: PROPERTY_NAME, property_values: [VALUE] }],
      exclude: [{ name: 'visibility', source: 'system', property_values: ['public'] }],
    },
  ];
  for (const { what, include, exclude = [] } of AIMS)
    it(`is Stalled UnsupportedTargeting where the ruleset is aimed at ${what}, and says what to set`, async () => {
      await open({ members: 2, promoted: 1 });
      const aim = { include, exclude } as NonNullable<ReturnType<typeof kept>['conditions']['repository_property']>;
      kept(acme).edit({ conditions: { ...kept(acme).conditions, repository_property: aim } });
      const outcome = await scene.pass({ ruleset: { targeting: 'CustomProperty', property: PROPERTY } });
      expect(conditions(outcome)).to.include('Stalled=True UnsupportedTargeting');
      expect(outcome.error?.fix).to.match(/Include by property > plus1-governed > true/);
      expect(scene.github.counts().writes).to.equal(0);
      // No history of members is told by an aim that was edited.
      kept(acme).memberships.splice(0);
    });

  it('takes the source that GitHub adds for nothing', async () => {
    await open({ members: 2, promoted: 1 });
    const include = [{ name: PROPERTY_NAME, property_values: [VALUE], source: 'custom' as const }];
    kept(acme).edit({ conditions: { ...kept(acme).conditions, repository_property: { include, exclude: [] } } });
    expect((await scene.pass()).result).to.equal('Succeeded');
    expect(memberNames(acme)).to.deep.equal([...names('member', 2), 'promoted-001']);
  });

  it('names the permission that is missing', async () => {
    await open({ members: 2, promoted: 1 });
    const permissions = { metadata: 'read', contents: 'read', organization_administration: 'write' } as const;
    scene.github.world.tokens.add('github_pat_none', { kind: 'fine-grained', organization: 'acme', permissions });
    const credential = { kind: 'Token', token: 'github_pat_none' } as const;
    const outcome = await scene.pass({}, { github: { credential } });
    expect(conditions(outcome)).to.include('Stalled=True PermissionMissing');
    expect(outcome.error?.message).to.match(/organization_custom_properties: write/);
  });

  it('never takes the last member out', async () => {
    await open({ members: 1 });
    say(acme.get('member-001'), 'deprecated');
    const outcome = await scene.pass(NO_GRACE);
    expect(outcome.result).to.equal('Held');
    expect(memberNames(acme)).to.deep.equal(['member-001']);
  });
});
