/** What Ready and Compliant say of a policy that is well by its words: it must not look better than it is. */
import { expect } from 'chai';
import type { ConditionType } from '../../../pkg/api/index.js';
import type { PassOutcome } from '../../../pkg/reconciler/index.js';
import { kept, PATH, PRODUCTION, say, town } from '../../builders.js';
import { Scene, type SpecInput } from '../../integration/passes.js';
import { QuickScene } from '../../integration/quick-scene.js';

const says = ({ status }: PassOutcome, type: ConditionType): string => {
  const { status: is, reason, message } = status.conditions?.find((each) => each.type === type) ?? {};
  return `${is} ${reason}: ${message}`;
};

describe('Messages of conditions', () => {
  let scene: Scene;
  beforeEach(async () => {
    scene = await Scene.open(town({ members: 8 }));
  });
  afterEach(() => scene.close());

  const TYPO: SpecInput = { catalog: { productionLifecycles: ['prod'] } };

  it('of a policy that means nobody say so at once, and the same in the next pass', async () => {
    const first = await scene.pass(TYPO);
    const ready =
      'True Converged: Nothing to write; 8 members are not in production and stay for now: 8 in their grace period; ' +
      'when it ends, guards.minMembers (1) and guards.maxLeaving (25%) will hold them';
    expect(says(first, 'Ready')).to.equal(ready);
    expect(says(first, 'Compliant')).to.equal(
      'Unknown NothingInProduction: No repository is in production: there is nothing to govern',
    );
    expect(first.status.compliance?.summary).to.equal('0/0');
    scene.clock.pass(3_600_000);
    const second = await scene.pass(TYPO);
    expect(second.status.conditions).to.deep.equal(first.status.conditions);
  });

  it('call nothing compliant where GitHub has more repositories than the credential sees, and say so', async () => {
    const { organization } = scene;
    organization.countOverride = { total_private_repos: organization.repositories.length + 1 };
    const outcome = await scene.pass();
    expect([outcome.result, outcome.status.credentials?.visibility]).to.deep.equal(['Succeeded', 'Partial']);
    expect(says(outcome, 'Compliant')).to.equal(
      'Unknown NotObserved: Every production repository that was seen is governed; ' +
        'GitHub has more repositories than this credential sees',
    );
  });

  it('call nothing compliant by a quick pass more than a day after the last complete look', async () => {
    const passes = new QuickScene(scene, {});
    await passes.full();
    const quick = async (): Promise<string> => {
      scene.clock.pass(23 * 3_600_000);
      say(scene.organization.get('member-001'), 'production');
      const outcome = await passes.quick();
      expect(outcome?.isQuick).to.equal(true);
      return outcome === undefined ? '' : says(outcome, 'Compliant');
    };
    expect(await quick()).to.equal('True AllGoverned: Every production repository is governed');
    expect(await quick()).to.equal(
      'Unknown NotObserved: No complete pass has seen the organization for more than a day',
    );
  });

  it('and the enforcement of the ruleset are as last read, also where the pass then fails', async () => {
    await scene.pass();
    kept(scene.organization).edit({ enforcement: 'disabled' });
    scene.github.faults.when(({ operation }) => operation === 'list', { kind: 'status', status: 502 }, Infinity);
    const outcome = await scene.pass();
    expect([outcome.result, outcome.status.ruleset?.enforcement]).to.deep.equal(['Failed', 'Disabled']);
    expect(says(outcome, 'Compliant')).to.equal(
      'False RulesetNotEnforced: The ruleset protects nothing: it is disabled',
    );
  });

  it('of a ruleset as it should be are as they always were', async () => {
    const outcome = await scene.pass();
    expect(says(outcome, 'Ready')).to.equal(
      'True Converged: The ruleset targets exactly what the catalogue files and the policy say',
    );
    expect(says(outcome, 'Compliant')).to.equal('True AllGoverned: Every production repository is governed');
  });

  it('say of few who leave no more than that they stay for now', async () => {
    say(scene.organization.get('member-001'), 'deprecated');
    expect(says(await scene.pass(), 'Ready')).to.equal(
      'True Converged: Nothing to write; 1 member is not in production and stays for now: 1 in its grace period',
    );
  });

  it('tell settings apart by which members stay', async () => {
    say(scene.organization.get('member-001'), 'deprecated');
    scene.organization.get('member-002').commit(PATH, 'a: [');
    scene.organization.get('member-003').commit(PATH, null);
    expect(says(await scene.pass({ catalog: { onMissing: 'Retain' } }), 'Ready')).to.equal(
      'True Converged: Nothing to write; 3 members are not in production and stay for now: ' +
        '1 by catalog.onInvalid Retain, 1 by catalog.onMissing Retain, 1 in its grace period',
    );
  });

  it('say of EnterOnly that it keeps them, and of no guard', async () => {
    for (const name of ['member-001', 'member-002', 'member-003']) say(scene.organization.get(name), 'deprecated');
    scene.organization.get('member-004').delete();
    expect(says(await scene.pass({ mode: 'EnterOnly', catalog: { onMissing: 'Retain' } }), 'Ready')).to.equal(
      'True Converged: Nothing to write; 4 members are not in production and stay for now: 4 by mode EnterOnly',
    );
  });

  describe('in Observe', () => {
    const OBSERVE: SpecInput = { mode: 'Observe', exit: { gracePeriod: '0s' } };
    const observed = 'True Observed: Observed; the plan is not applied: ';

    it('say that nothing would change', async () => {
      expect(says(await scene.pass(OBSERVE), 'Ready')).to.equal(`${observed}nothing would enter or leave`);
    });

    it('count and name who would enter and leave', async () => {
      say(scene.organization.get('member-001'), 'deprecated');
      scene.organization.createRepository({ name: 'fresh', files: { [PATH]: PRODUCTION } });
      expect(says(await scene.pass(OBSERVE), 'Ready')).to.equal(
        `${observed}1 would enter (fresh), 1 would leave (member-001)`,
      );
    });

    it('count whom a guard would hold', async () => {
      expect(says(await scene.pass({ ...OBSERVE, ...TYPO }), 'Ready')).to.equal(
        `${observed}8 would be held by a guard`,
      );
    });

    it('tell of running grace periods too', async () => {
      const outcome = await scene.pass({ ...TYPO, mode: 'Observe' });
      expect(says(outcome, 'Ready')).to.match(
        /: nothing would enter or leave; 8 members are not in production and stay for now: 8 in their grace period; when it ends, guards/,
      );
    });
  });
});
