/** `ruleset.template` in the controller: made soon after the first look, over restarts and lost answers, and never written again. */
import { join } from 'node:path';
import { expect } from 'chai';
import { membersAt, policyFolders, readRecords } from '../../pkg/journal/index.js';
import { kept, memberNames, RULESET, say, town } from '../builders.js';
import type { LoggedRequest, Organization } from '../fakes/github/index.js';
import { removeTemporaryFolders } from '../temporary-folder.js';
import { Loop, MINUTE } from './loop.js';

const template = (rules: object[] = [{ type: 'deletion' }]): object => ({
  ruleset: { template: { rules, enforcement: 'Active' } },
});

describe('A ruleset template in the controller', function () {
  this.timeout(120_000);
  let loop: Loop;
  let acme: Organization;
  beforeEach(async () => {
    acme = town({ promoted: 2, others: 2 });
    acme.deleteRuleset(kept(acme));
    loop = await Loop.open({ organizations: [acme] });
    loop.put('acme.yaml', loop.policy('acme', template()));
    await loop.start();
  });
  afterEach(() => loop.close());
  after(removeTemporaryFolders);

  const writes = (): LoggedRequest[] => loop.github.requests.filter(({ isWrite }) => isWrite);
  const rulesets = (): number => acme.rulesets.filter(({ name }) => name === RULESET).length;
  const members = async (): Promise<number[]> => {
    const folders = await policyFolders([join(loop.state, '.journal')], { namespace: undefined, name: 'acme' });
    const at = membersAt('2100-01-01T00:00:00.000Z', (await readRecords(folders)).records);
    return at.ok ? at.members.map(({ id }) => id) : expect.fail('no record');
  };

  it('makes it half a minute after the first look, and says until then that it is missing', async () => {
    expect([loop.condition('acme', 'Stalled')?.reason, rulesets()]).to.deep.equal(['RulesetNotFound', 0]);
    await loop.pass(0.6 * MINUTE);
    expect([loop.ready('acme'), rulesets(), memberNames(acme)]).to.deep.equal([
      ...['True Converged', 1],
      ['promoted-001', 'promoted-002'],
    ]);
    expect(await members()).to.have.members(kept(acme).members);
  });

  it('goes on with it over a restart, and with another template writes nothing', async () => {
    await loop.restart();
    await loop.pass(0.6 * MINUTE);
    const before = writes().length;
    await loop.edit('acme.yaml', loop.policy('acme', template([{ type: 'non_fast_forward' }])), 'acme');
    expect(loop.status('acme').templateDifferences).to.deep.equal(['Rules']);
    expect(loop.events('TemplateDiffers')).to.have.length(1);
    say(acme.get('other-001'), 'production');
    await loop.pass(11 * MINUTE);
    expect(memberNames(acme)).to.include('other-001');
    expect(
      writes()
        .slice(before)
        .map(({ method, body }) => [method, Object.keys(body as object)]),
    ).to.deep.equal([['PUT', ['conditions']]]);
    expect([rulesets(), kept(acme).rules]).to.deep.equal([1, [{ type: 'deletion' }]]);
  });

  it('knows it again where the answer was lost', async () => {
    loop.github.faults.next('repos/create-org-ruleset', { kind: 'put-applied-500' });
    await loop.pass(0.6 * MINUTE);
    await loop.restart();
    await loop.pass(11 * MINUTE);
    expect([loop.ready('acme'), rulesets()]).to.deep.equal(['True Converged', 1]);
    expect(writes().filter(({ method }) => method === 'POST')).to.have.length(1);
    expect(loop.status('acme').ownedRulesets?.map(({ id }) => id)).to.deep.equal([kept(acme).id]);
    expect(await members()).to.have.members(kept(acme).members);
  });
});
