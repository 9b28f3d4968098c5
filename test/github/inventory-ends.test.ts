import { expect } from 'chai';
import type { CatalogFile } from '../../pkg/catalog/index.js';
import {
  seedOrganization,
  startGitHub,
  type GitHubOptions,
  type GitHubSimulator,
  type Organization,
} from '../fakes/github/index.js';
import { clientFor, failureOf, never } from './support/clients.js';
import { PATH, request } from './support/inventory-request.js';

describe('an inventory', () => {
  let github: GitHubSimulator;
  const start = async (organization: Organization, options: GitHubOptions = {}): Promise<GitHubSimulator> => {
    github = await startGitHub({ organizations: [organization], ...options });
    return github;
  };
  const small = (count: number): Organization =>
    seedOrganization({ login: 'acme', repositories: count, production: Math.ceil(count / 2) });
  afterEach(async () => {
    await github.close();
    expect(github.contract.violations).to.deep.equal([]);
    expect(github.faults.misfired).to.deep.equal([]);
    expect(github.faults.pending).to.deep.equal([]);
  });
  describe('ends', () => {
    it('at a limit, with its time', async () => {
      await start(small(200));
      github.faults.next('files', { kind: 'secondary', status: 403, retryAfter: 600 });
      const error = await failureOf(clientFor(github.apiURL).reader.inventory(request(), never));
      expect(error.code).to.equal('PLUS1_RATE_LIMITED');
      expect(error.retryAt).to.be.greaterThan(Date.now() + 590_000);
    });

    it('at the last fifth of the limit', async () => {
      await start(small(300), { rateLimit: { rest: 5_000, graphql: 5_000 } });
      github.rateLimit.use('graphql', 3_999);
      const error = await failureOf(clientFor(github.apiURL).reader.inventory(request(), never));
      expect(error.code).to.equal('PLUS1_RATE_LIMITED');
      expect(github.requests.length).to.be.below(6);
    });

    it('with a token that is rejected', async () => {
      await start(small(10));
      github.world.tokens.acceptAny = false;
      const error = await failureOf(clientFor(github.apiURL).reader.inventory(request(), never));
      expect(error.code).to.equal('PLUS1_TOKEN_REJECTED');
    });

    it('without any unhandled rejection when it is told to stop', async () => {
      await start(small(400), { latency: { requestMs: 30 } });
      const controller = new AbortController();
      setTimeout(() => controller.abort(), 100);
      const error = await failureOf(clientFor(github.apiURL).reader.inventory(request(), controller.signal));
      expect(error.code).to.equal('PLUS1_INTERRUPTED');
    });

    it('with the missing right where no file at all may be read', async () => {
      await start(small(5));
      github.world.tokens.add('github_pat_x', {
        kind: 'fine-grained',
        organization: 'acme',
        permissions: { metadata: 'read', organization_administration: 'write' },
      });
      const client = clientFor(github.apiURL, { credential: { kind: 'Token', token: 'github_pat_x' } });
      const error = await failureOf(client.reader.inventory(request(), never));
      expect(error.code).to.equal('PLUS1_PERMISSION_MISSING');
      expect(error.message).to.contain('contents: read');
    });

    it('not for one repository that is refused while others were read before', async () => {
      await start(small(5));
      const [blocked, ...others] = github.world.get('acme').repositories;
      github.faults.when(
        ({ operation }) => operation === 'files',
        { kind: 'graphql-partial', target: 'node', index: 0, type: 'FORBIDDEN' },
        Infinity,
      );
      const known = ({ id }: { id: number }): { verdict: readonly CatalogFile[]; commit: string } | undefined =>
        others.some((other) => other.id === id) ? { verdict: [], commit: 'c' } : undefined;
      const inventory = await clientFor(github.apiURL).reader.inventory(request({ known }), never);
      expect(inventory.repositories.find(({ repository }) => repository.id === blocked?.id)?.verdict).to.deep.equal([
        { path: PATH, state: 'unobserved', why: 'GitHub answered FORBIDDEN' },
      ]);
      github.faults.clear();
    });

    it('with a fault of ours told as ours', async () => {
      await start(small(5));
      const judge = (): never => {
        throw new TypeError('oops');
      };
      expect((await failureOf(clientFor(github.apiURL).reader.inventory(request({ judge }), never))).code).to.equal(
        'PLUS1_INTERNAL',
      );
    });
  });
});
