/** Deliveries of the simulator: what is sent, to whom, signed by what; each is held against GitHub's published schema of it. */
import { createHmac } from 'node:crypto';
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { expect } from 'chai';
import { PATH, PRODUCTION, RULESET, town } from '../../builders.js';
import { startGitHub, type GitHubSimulator, type Hook, type Organization } from './index.js';

const SECRET = 'hush';

interface Received {
  headers: IncomingHttpHeaders;
  text: string;
  body: { action?: string; organization?: { login: string }; [field: string]: unknown };
}

describe('Webhooks of the simulator', () => {
  let github: GitHubSimulator;
  let acme: Organization;
  let beta: Organization;
  let server: Server;
  let received: Received[];
  let status: number;
  let hook: Hook;

  beforeEach(async () => {
    [received, status] = [[], 202];
    server = createServer((request, response) => {
      void text(request).then((said) => {
        received.push({ headers: request.headers, text: said, body: JSON.parse(said) as Received['body'] });
        response.writeHead(status).end();
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    acme = town({ members: 2, others: 1 });
    beta = town({ login: 'beta', others: 1 });
    github = await startGitHub({ organizations: [acme, beta] });
    hook = github.webhooks.add({ url: address(), secret: SECRET, of: acme });
    await github.webhooks.idle();
  });
  afterEach(async () => {
    await github.webhooks.idle();
    server.closeAllConnections();
    server.close();
    await github.close();
    expect(github.contractViolations).to.deep.equal([]);
  });

  const address = (): string => `http://127.0.0.1:${(server.address() as AddressInfo).port}/webhooks/github`;
  const heard = async (): Promise<string[]> => {
    await github.webhooks.idle();
    return received.map(({ headers, body }) => [headers['x-github-event'], body.action].filter(Boolean).join('.'));
  };

  it('send a ping to a new hook', async () => {
    expect(await heard()).to.deep.equal(['ping']);
    expect(received[0]?.body).to.deep.include({ hook_id: hook.id });
  });

  it('tell of whatever happens in the organization, and of nothing elsewhere', async () => {
    const [one, other] = [acme.get('member-001'), beta.get('other-001')];
    one.commit(PATH, PRODUCTION);
    one.commit('README.md', 'x', { name: 'Ada', login: 'ada' }, 'topic');
    one.archive();
    one.archive(false);
    one.set({ visibility: 'public' });
    one.set({ visibility: 'private', description: 'x' });
    one.set({ description: 'y' });
    one.rename('renamed');
    one.setDefaultBranch('trunk');
    acme.get('member-002').delete();
    acme.createRepository({ name: 'fresh' });
    other.transferTo(acme);
    acme.ruleset(RULESET).setMembers([one.id]);
    acme.deleteRuleset(acme.addRuleset({ name: 'more' }));
    acme.rename('acme-inc');
    beta.createRepository({ name: 'fresh' });
    const sorted = (await heard()).sort();
    expect(sorted).to.deep.equal(
      [
        ...['ping', 'push', 'push', 'push', 'organization.renamed'],
        ...['archived', 'unarchived', 'publicized', 'privatized', 'edited', 'renamed', 'edited', 'deleted'].map(
          (action) => `repository.${action}`,
        ),
        ...['repository.created', 'repository.transferred'],
        ...['edited', 'created', 'deleted'].map((action) => `repository_ruleset.${action}`),
      ].sort(),
    );
    expect(new Set(received.map(({ body }) => body.organization?.login))).to.deep.equal(new Set(['acme', 'acme-inc']));
  });

  it('are signed over the raw body', async () => {
    acme.get('member-001').archive();
    await github.webhooks.idle();
    const { headers, text: raw } = received.at(-1) as Received;
    expect(headers['x-hub-signature-256']).to.equal(`sha256=${createHmac('sha256', SECRET).update(raw).digest('hex')}`);
    expect(headers['x-github-delivery']).to.match(/^[0-9a-f-]{36}$/);
    expect(headers['content-type']).to.equal('application/json');
  });

  it('are sent again under the same id, and in a burst under ids of their own', async () => {
    acme.get('member-001').archive();
    const [last] = github.webhooks.deliveries.slice(-1);
    if (last === undefined) throw new Error('none');
    github.webhooks.redeliver(last);
    github.webhooks.burst(5);
    await github.webhooks.idle();
    const ids = received.slice(1).map(({ headers }) => headers['x-github-delivery']);
    expect(ids).to.have.length(7);
    expect(new Set(ids).size).to.equal(6);
  });

  it('are not sent again by themselves, and tell how they were answered', async () => {
    status = 503;
    acme.get('member-001').archive();
    github.webhooks.loses = () => true;
    acme.get('member-002').archive();
    await github.webhooks.idle();
    expect(github.webhooks.deliveries.map((delivery) => delivery.status)).to.deep.equal([202, 503, 0]);
    expect(received).to.have.length(2);
  });

  it('of an App come from each organization where it is, but for deletions', async () => {
    const app = github.world.apps.add();
    app.install(acme);
    github.webhooks.remove(hook);
    github.webhooks.add({ url: address(), secret: SECRET, of: app });
    acme.get('member-001').archive();
    acme.get('member-002').delete();
    beta.get('other-001').archive();
    expect(await heard()).to.deep.equal(['ping', 'ping', 'repository.archived']);
    expect(received.at(-1)?.headers['x-github-hook-installation-target-type']).to.equal('integration');
  });

  it('can be forged by those who do not know the secret', async () => {
    expect(await github.webhooks.forge(hook)).to.equal(202);
    const { headers, text: raw } = received.at(-1) as Received;
    expect(headers['x-hub-signature-256']).not.to.include(createHmac('sha256', SECRET).update(raw).digest('hex'));
  });

  it('note a payload that GitHub would not send', () => {
    github.webhooks.loses = () => true;
    github.webhooks.emit(hook, 'push', { ref: 1 });
    expect(github.contract.violations.splice(0)).to.have.length(1);
    github.webhooks.emit(hook, 'issues', { action: 'opened' });
  });
});
