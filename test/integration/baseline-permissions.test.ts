/** Checklists of 200 repositories, with each permission taken away in turn: it takes one check away, by name, and nothing else. */
import { expect } from 'chai';
import { tokenCredential, type GitHubOptions } from '../../pkg/github/index.js';
import type { PassOutcome } from '../../pkg/reconciler/index.js';
import type { Permissions } from '../fakes/github/index.js';
import { BaselineScene, SIZE, SPEC } from './baseline-scene.js';

type Credential = GitHubOptions['credential'];

describe(`Checklists of ${SIZE} repositories`, () => {
  let town: BaselineScene;
  beforeEach(async () => {
    town = await BaselineScene.open();
  });
  afterEach(() => town.close());

  describe('with a credential that lacks', () => {
    const ALL: Permissions = {
      ...{ metadata: 'read', contents: 'read', administration: 'read', security_events: 'read' },
      ...{ organization_custom_properties: 'read', organization_administration: 'write' },
    };
    const CHECK_OF = {
      administration: ['branchProtection', 'Repository permissions > Administration: Read-only'],
      security_events: ['securityScan', 'Repository permissions > Code scanning alerts: Read-only'],
      organization_custom_properties: ['customProperties', 'Organization permissions > Custom properties: Read-only'],
    } as const;
    const credentialWith = (kind: 'App' | 'token', permissions: Permissions): Credential => {
      const { world } = town.scene.github;
      if (kind === 'token') {
        world.tokens.add('github_pat_r', { kind: 'fine-grained', organization: 'acme', permissions });
        return tokenCredential('github_pat_r', 'the token');
      }
      const app = world.apps.add({ permissions });
      app.install(town.scene.organization);
      return { kind: 'App', appID: app.clientID, privateKey: app.privateKey, installationOwner: 'acme' };
    };

    for (const kind of ['App', 'token'] as const) {
      it(`nothing: the ${kind} is told the truth of all`, async () => {
        const credential = credentialWith(kind, ALL);
        await town.pass(SPEC, { github: { credential } });
        expect(town.compare(await town.pass(SPEC, { github: { credential } }), () => [])).to.equal(0);
      });

      for (const [permission, [check, name]] of Object.entries(CHECK_OF))
        it(`${permission}: the ${kind} loses ${check} alone, by name`, async () => {
          const { [permission as keyof typeof CHECK_OF]: _lost, ...rest } = ALL;
          const credential = credentialWith(kind, rest);
          await town.pass(SPEC, { github: { credential } });
          const outcome = await town.pass(SPEC, { github: { credential } });
          expect(town.compare(outcome, () => [check])).to.be.greaterThan(SIZE / 4);
          const open = [...town.truth.keys()].map((id) => town.checksOf(outcome, id)[check]);
          for (const { result, found, fix } of open.filter((each) => each.result === 'unknown')) {
            expect(`${result} ${found}`).to.include(`the credential lacks ${name}`);
            expect(fix).to.include(name);
          }
        });
    }

    const withoutContents = (contentsDenied: 'forbidden' | 'silent'): Promise<PassOutcome> => {
      const { contents: _lost, ...rest } = ALL;
      town.scene.github.world.behaviour.contentsDenied = contentsDenied;
      return town.pass(SPEC, { github: { credential: credentialWith('token', rest) } });
    };

    it('contents: no checklist is told, since the pass needs it for itself, by name', async () => {
      const outcome = await withoutContents('forbidden');
      for (const id of town.truth.keys()) expect(town.checksOf(outcome, id)).to.deep.equal({});
      expect(outcome.status.conditions?.find(({ type }) => type === 'Ready')?.message).to.include('contents: read');
    });

    it('contents, which GitHub hides without a word: no file is told as one that is not there', async () => {
      await withoutContents('silent');
      const outcome = await withoutContents('silent');
      expect(town.compare(outcome, () => ['codeowners', 'securityWorkflow'])).to.be.greaterThan(SIZE);
      for (const id of town.truth.keys()) {
        const { codeowners, securityWorkflow } = town.checksOf(outcome, id);
        expect(codeowners.result).to.equal('unknown');
        for (const { result, fix } of [codeowners, securityWorkflow])
          if (result === 'unknown') expect(fix).to.include('Repository permissions > Contents: Read-only');
      }
    });
  });
});
