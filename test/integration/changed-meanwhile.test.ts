/** What changes between two answers of one pass: the later one counts, or protection would be told that is not there. */
import { expect } from 'chai';
import { complianceReport } from '../../pkg/report/index.js';
import { kept, PATH, PRODUCTION, town } from '../builders.js';
import { Scene, type SpecInput } from './passes.js';

describe('Between two answers of one pass', () => {
  let scene: Scene;
  beforeEach(async () => {
    scene = await Scene.open(town({ members: 3 }));
    const ruleset = kept(scene.organization);
    ruleset.edit({ conditions: { ...ruleset.conditions, ref_name: { include: ['refs/heads/main'], exclude: [] } } });
  });
  afterEach(() => scene.close());

  /** Before the n-th request of that kind is answered. */
  const before = (kind: string, nth: number, change: () => void): void => {
    let times = 0;
    scene.github.beforeRequest(({ operation }) => {
      if (operation === kind && (times += 1) === nth) change();
    });
  };
  const governed = async (spec: SpecInput = {}): Promise<[boolean | undefined, string | undefined]> => {
    const outcome = await scene.pass(spec);
    const row = complianceReport(outcome)?.repositories.find(({ name }) => name === 'member-002');
    return [row?.governed, outcome.status.conditions?.find(({ type }) => type === 'Compliant')?.reason];
  };

  it('the default branch becomes one that is not covered, after the listing', async () => {
    before('files', 1, () => scene.organization.get('member-002').setDefaultBranch('trunk'));
    const [isGoverned, reason] = await governed();
    expect(isGoverned).to.equal(false);
    expect(reason).to.not.equal('AllGoverned');
  });

  it('the default branch becomes one that is not covered, after the files were read for the first time', async () => {
    const member = scene.organization.get('member-002');
    member.commit(PATH, 'kind: [');
    before('files', 2, () => {
      member.commit(PATH, PRODUCTION);
      member.setDefaultBranch('trunk');
    });
    const [isGoverned] = await governed({ catalog: { onInvalid: 'Release' } });
    expect(isGoverned).to.equal(false);
  });

  it('the ruleset is renamed after GitHub listed it: it is none that the policy names', async () => {
    before('repos/get-org-ruleset', 1, () => kept(scene.organization).edit({ name: 'retired_rules' }));
    const { result, error, status } = await scene.pass();
    expect([result, error?.code]).to.deep.equal(['Failed', 'PLUS1_RULESET_NOT_FOUND']);
    expect(error?.message).to.match(/^the ruleset plus1_enforcement was renamed to "retired_rules"/);
    expect(status.conditions?.find(({ type }) => type === 'Compliant')?.reason).to.not.equal('AllGoverned');
  });
});
