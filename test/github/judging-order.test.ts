/**
 * Kind of fault: answers that are judged side by side. All of them end late then, so that no place is free for the next question, and the
 * network stands still while they are judged.
 */
import { expect } from 'chai';
import { seedOrganization, startGitHub, type GitHubSimulator } from '../fakes/github/index.js';
import { clientFor, never } from './support/clients.js';
import { PATH, request } from './support/inventory-request.js';

const BATCH = 10;

describe('Files that were read', () => {
  let github: GitHubSimulator;
  const start = async (repositories: number): Promise<void> => {
    const organization = seedOrganization({ login: 'acme', repositories, production: repositories });
    github = await startGitHub({ organizations: [organization], latency: { requestMs: 20 } });
  };
  afterEach(async () => {
    await github.close();
    expect(github.contract.violations).to.deep.equal([]);
  });

  /** Counts rounds of the event loop while `work` runs. */
  const withRounds = async (work: (rounds: () => number) => Promise<unknown>): Promise<void> => {
    let [rounds, isOver] = [0, false];
    const tick = (): void => {
      rounds += 1;
      if (!isOver) setImmediate(tick);
    };
    setImmediate(tick);
    await work(() => rounds).finally(() => (isOver = true));
  };

  it('are judged one answer after the other, each of them whole', async () => {
    await start(60);
    const client = clientFor(github.apiURL, { batchSize: BATCH, concurrency: 10 });
    const judged: number[] = [];
    const order: number[] = [];
    await client.reader.inventory(
      request({
        judge: (files, { id }) => {
          judged.push(id);
          return files;
        },
        listed: ({ id }) => void order.push(id),
      }),
      never,
    );
    await client.close();
    const batchOf = new Map(order.map((id, index) => [id, Math.floor(index / BATCH)]));
    const changes = judged.filter((id, index) => index > 0 && batchOf.get(id) !== batchOf.get(judged[index - 1] ?? 0));
    expect(judged).to.have.length(60);
    expect(changes).to.have.length(60 / BATCH - 1);
  });

  it('share a turn of the event loop where they are small', async () => {
    await start(60);
    const client = clientFor(github.apiURL, { batchSize: 60 });
    const at: number[] = [];
    await withRounds((rounds) => client.reader.inventory(request({ readAhead: () => void at.push(rounds()) }), never));
    await client.close();
    expect(at).to.have.length(60);
    // Of some 900 characters each.
    expect(new Set(at).size).to.be.within(5, 10);
  });

  it('have a turn of their own where they are large', async () => {
    await start(6);
    const large = `apiVersion: v3\n# ${'x'.repeat(9_000)}\n`;
    for (const repository of github.world.get('acme').repositories) repository.commit(PATH, large);
    const client = clientFor(github.apiURL, { batchSize: 60 });
    const at: number[] = [];
    await withRounds((rounds) => client.reader.inventory(request({ readAhead: () => void at.push(rounds()) }), never));
    await client.close();
    expect(new Set(at).size).to.equal(6);
  });
});
