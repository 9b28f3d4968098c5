/** The controller over a folder counts what `plus1 approve` left beside its state, and says what became of it. */
import { expect } from 'chai';
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { memberNames, names, say, town } from '../builders.js';
import { plus1 } from '../integration/cli.js';
import { Loop, MINUTE } from './loop.js';

describe('The loop over a folder: approvals', () => {
  it('release a held plan with the next pass, over a restart, and are told of by events', async () => {
    const acme = town({ members: 10 });
    const loop = await Loop.open({ organizations: [acme] });
    try {
      const guards = { approval: { required: 2 } };
      loop.put('acme.yaml', loop.policy('acme', { exit: { gracePeriod: '0s' }, guards }));
      await loop.start();
      for (const name of names('member', 4)) say(acme.get(name), 'deprecated');
      await loop.pass(10.6 * MINUTE);
      expect(loop.ready('acme')).to.equal('False Held');
      const approve = async (approver: string): Promise<void> => {
        const args = ['approve', 'acme', '--reason', 'Retired with the old platform', '--approver', approver, '--yes'];
        const ran = await plus1([...args, '--state', loop.state], { clock: () => loop.clock.now() });
        expect([ran.code, ran.stderr]).to.deep.equal([0, '']);
      };
      await approve('ann');
      await loop.pass(10.6 * MINUTE);
      expect([loop.ready('acme'), loop.status('acme').hold?.approvals]).to.deep.equal(['False Held', 1]);
      await loop.restart();
      await approve('bob');
      await loop.pass(10.6 * MINUTE);
      expect(memberNames(acme)).to.have.length(6);
      expect(loop.status('acme')).not.to.have.property('hold');
      expect(loop.events('PlanApproved').map((line) => line['message'])).to.deep.equal([
        '4 held changes were applied, approved by ann, bob',
      ]);
      // Both were used after the restart, which begins with new counters.
      expect(await loop.metric('plus1_approvals_total', { result: 'used' })).to.equal(2);
      const { stdout } = await plus1(['get', 'approvals', '--state', loop.state]);
      expect(stdout.match(/ Used /g)).to.have.length(2);
    } finally {
      await loop.close();
    }
  });

  it('of any plan of the hold count by the journal, however many came after it, and without the cache', async () => {
    const acme = town({ members: 24 });
    const loop = await Loop.open({ organizations: [acme] });
    try {
      const spec = { exit: { gracePeriod: '0s' }, guards: { maxLeaving: 0 }, schedule: { interval: '1m' } };
      loop.put('acme.yaml', loop.policy('acme', spec));
      await loop.start();
      say(acme.get('member-001'), 'deprecated');
      await loop.pass(1.2 * MINUTE);
      const planHash = loop.status('acme').hold?.planHash ?? '';
      const others = names('member', 20).slice(1);
      for (const name of others) {
        say(acme.get(name), 'deprecated');
        await loop.pass(1.2 * MINUTE);
      }
      expect(loop.status('acme').hold).to.include({ count: 20 });
      await loop.stop();
      rmSync(join(loop.state, '.cache'), { recursive: true });
      const args = ['approve', 'acme', '--reason', 'Retired with the old platform', '--approver', 'ann', '--yes'];
      const ran = await plus1([...args, '--plan', planHash, '--state', loop.state], { clock: () => loop.clock.now() });
      expect([ran.code, ran.stdout.split('\n').slice(1, 3)]).to.deep.equal([0, ['1 repository:', '  member-001']]);
      await loop.start();
      await loop.pass(1.2 * MINUTE);
      expect(memberNames(acme)).to.deep.equal(names('member', 24).slice(1));
      expect(loop.status('acme').hold).to.include({ count: 19 });
    } finally {
      await loop.close();
    }
  });

  it('that were used are not used again, though a process ended before that was kept', async () => {
    const acme = town({ members: 12 });
    const loop = await Loop.open({ organizations: [acme] });
    try {
      const guards = { maxLeaving: 0, approval: { required: 2 } };
      loop.put('acme.yaml', loop.policy('acme', { exit: { gracePeriod: '0s' }, guards }));
      await loop.start();
      const approve = async (approver: string): Promise<void> => {
        const args = ['approve', 'acme', '--reason', 'Retired with the old platform', '--approver', approver, '--yes'];
        expect((await plus1([...args, '--state', loop.state], { clock: () => loop.clock.now() })).code).to.equal(0);
      };
      const demote = async (...which: string[]): Promise<void> => {
        for (const name of which) say(acme.get(name), 'deprecated');
        await loop.pass(10.6 * MINUTE);
      };
      await demote('member-001');
      await approve('bob');
      await demote('member-002');
      await approve('ann');
      await loop.stop();
      const folder = join(loop.state, '.approvals', 'default', 'acme');
      const before = readdirSync(folder).map((name) => [name, readFileSync(join(folder, name), 'utf8')] as const);
      await loop.start();
      await loop.pass(10.6 * MINUTE);
      expect(memberNames(acme), 'both cover the first one').to.have.length(11);
      await loop.stop();
      for (const [name, text] of before) writeFileSync(join(folder, name), text);
      await loop.start();
      await approve('cat');
      await loop.pass(10.6 * MINUTE);
      expect(memberNames(acme), 'ann approved the second one as well, and was used').to.have.length(11);
      const { stdout } = await plus1(['get', 'approvals', '--state', loop.state]);
      expect([stdout.match(/ (ann|bob) +Used /g)?.length, stdout.match(/ cat +Counted /g)?.length]).to.deep.equal([
        2, 1,
      ]);
    } finally {
      await loop.close();
    }
  });

  it('call for a look at once, as they come and as they go', async () => {
    const acme = town({ members: 10 });
    const loop = await Loop.open({ organizations: [acme] });
    try {
      const guards = { approval: { required: 2 } };
      loop.put(
        'acme.yaml',
        loop.policy('acme', { exit: { gracePeriod: '0s' }, guards, schedule: { cron: '0 4 * * *' } }),
      );
      for (const name of names('member', 4)) say(acme.get(name), 'deprecated');
      await loop.start({ demanded: ['acme'] });
      expect(loop.ready('acme')).to.equal('False Held');
      const folder = join(loop.state, '.approvals', 'default', 'acme');
      const counted = async (count: number | undefined): Promise<void> => {
        await loop.until(() => loop.status('acme').hold?.approvals === count, `${count} approvals were counted`);
        await loop.settle();
      };
      const approve = async (approver: string): Promise<void> => {
        const args = ['approve', 'acme', '--reason', 'Retired with the old platform', '--approver', approver, '--yes'];
        expect((await plus1([...args, '--state', loop.state], { clock: () => loop.clock.now() })).code).to.equal(0);
      };
      await approve('ann');
      await counted(1);
      readdirSync(folder).forEach((name) => rmSync(join(folder, name)));
      await counted(0);
      await approve('bob');
      await counted(1);
      await approve('cat');
      await counted(undefined);
      expect(memberNames(acme), 'no time has passed').to.have.length(6);
    } finally {
      await loop.close();
    }
  });

  it('release of a third that owners demoted what two people saw, once; one repository more stays held alone', async () => {
    const acme = town({ members: 30 });
    const loop = await Loop.open({ organizations: [acme] });
    try {
      const guards = { approval: { policy: 'Always', required: 2, groups: ['security'] } };
      loop.put('acme.yaml', loop.policy('acme', { exit: { gracePeriod: '0s' }, guards }));
      await loop.start();
      const demoted = names('member', 9);
      for (const name of demoted) say(acme.get(name), 'deprecated');
      await loop.pass(10.6 * MINUTE);
      expect(loop.status('acme').hold).to.include({ reason: 'TooManyLeaving', count: 9, approvals: 0 });
      const { since, planHash: first } = loop.status('acme').hold ?? {};
      const approve = async (approver: string, group: string, is: () => boolean): Promise<void> => {
        const args = ['approve', 'acme', '--reason', 'Retired with the old platform', '--approver', approver, '--yes'];
        const ran = await plus1([...args, '--group', group, '--state', loop.state], { clock: () => loop.clock.now() });
        expect([ran.code, ran.stderr]).to.deep.equal([0, '']);
        await loop.until(is, `the approval of ${approver} was looked at`);
        await loop.settle();
      };
      const counted = (count: number) => (): boolean => loop.status('acme').hold?.approvals === count;
      await approve('ann', 'sales', counted(1));
      await approve('bob', 'sales', counted(2));
      expect(memberNames(acme), 'two people, and nobody of the group').to.have.length(30);
      say(acme.get('member-010'), 'deprecated');
      await loop.pass(10.6 * MINUTE);
      expect(loop.status('acme').hold).to.include({ count: 10, approvals: 2, since });
      expect(loop.status('acme').hold?.planHash).not.to.equal(first);
      await approve('cat', 'security', () => memberNames(acme).length < 30);
      expect(memberNames(acme)).to.deep.equal(names('member', 30).slice(9));
      const rest = { reason: 'ApprovalRequired', count: 1, approvals: 0, since };
      expect(loop.status('acme').hold)
        .to.include(rest)
        .and.to.deep.include({ repositories: ['member-010'] });
      const { stdout } = await plus1(['get', 'approvals', '--state', loop.state]);
      expect(stdout.match(/ (ann|bob|cat) +Used /g)).to.have.length(3);
      await loop.restart();
      await loop.pass(21 * MINUTE);
      expect([memberNames(acme).length, loop.status('acme').hold?.approvals]).to.deep.equal([21, 0]);
      const shown = await plus1([
        'journal',
        'show',
        'acme',
        '--state',
        loop.state,
        '--kind',
        'PlanReleased',
        '-o',
        'json',
      ]);
      const { items } = JSON.parse(shown.stdout) as { items: { data: Record<'leave' | 'approvals', object[]> }[] };
      expect(items.map(({ data }) => [data.leave.length, data.approvals.length])).to.deep.equal([[9, 3]]);
    } finally {
      await loop.close();
    }
  });

  it('given before another journal began count for the plan that is held now; others say what to do', async () => {
    const acme = town({ members: 10 });
    const loop = await Loop.open({ organizations: [acme] });
    try {
      loop.put('acme.yaml', loop.policy('acme', { exit: { gracePeriod: '0s' }, guards: { maxLeaving: 0 } }));
      await loop.start();
      say(acme.get('member-001'), 'deprecated');
      await loop.pass(10.6 * MINUTE);
      const { planHash: earlier = '', since } = loop.status('acme').hold ?? {};
      say(acme.get('member-002'), 'deprecated');
      await loop.pass(10.6 * MINUTE);
      await loop.stop();
      const approve = async (approver: string, ...plan: string[]): Promise<void> => {
        const args = ['approve', 'acme', '--reason', 'Retired with the old platform', '--approver', approver, '--yes'];
        const ran = await plus1([...args, ...plan, '--state', loop.state], { clock: () => loop.clock.now() });
        expect([ran.code, ran.stderr]).to.deep.equal([0, '']);
      };
      await approve('ann', '--plan', earlier);
      // As for a replica that leads after another one: status and approvals are there, the journal is not.
      for (const folder of ['.journal', '.cache']) rmSync(join(loop.state, folder), { recursive: true });
      await loop.start();
      expect([memberNames(acme).length, loop.status('acme').hold?.since]).to.deep.equal([10, since]);
      const told = async (): Promise<unknown[]> => {
        const ran = await plus1(['get', 'approvals', 'acme', '-o', 'json', '--state', loop.state]);
        const { items } = JSON.parse(ran.stdout) as { items: { spec: object; status?: object }[] };
        return items.map(({ status }) => status).sort((a, b) => JSON.stringify(a).localeCompare(JSON.stringify(b)));
      };
      expect(await told()).to.deep.equal([{ message: 'approve the plan that is held now' }]);
      await loop.stop();
      await approve('bob');
      rmSync(join(loop.state, '.journal'), { recursive: true });
      await loop.start();
      expect(memberNames(acme)).to.deep.equal(names('member', 10).slice(2));
    } finally {
      await loop.close();
    }
  });
});
