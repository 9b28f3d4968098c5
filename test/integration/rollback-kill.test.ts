/** A process that is killed while it carries a rollback out: the next run ends it, once. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import type { PolicyStatus } from '../../pkg/api/index.js';
import { memberNames, names, say, town } from '../builders.js';
import { startGitHub, type GitHubSimulator, type Organization } from '../fakes/github/index.js';
import { removeTemporaryFolders } from '../temporary-folder.js';
import { plus1, spawnPlus1, temporaryFolder } from './cli.js';

describe('A rollback whose process is killed', function () {
  this.timeout(60_000);
  after(removeTemporaryFolders);
  let github: GitHubSimulator;
  let acme: Organization;
  let state: string;
  let shiftMs = 0;
  const clock = (): number => Date.now() + shiftMs;
  beforeEach(async () => {
    acme = town({ members: 4 });
    shiftMs = 0;
    github = await startGitHub({ organizations: [acme], clock });
    state = temporaryFolder();
  });
  afterEach(() => github.close());

  const args = (): string[] => ['sync', '--org', 'acme', '--state', state, '--grace-period', '0s'];
  const status = (): PolicyStatus =>
    (JSON.parse(readFileSync(join(state, 'default', 'acme.json'), 'utf8')) as { status: PolicyStatus }).status;

  for (const { when, isApplied } of [
    { when: 'between its intent and the PUT', isApplied: false },
    { when: 'between the PUT and its outcome', isApplied: true },
  ]) {
    it(`${when} is carried out by the next run, and told once`, async () => {
      await plus1(args(), { github });
      say(acme.get('member-001'), 'deprecated');
      await plus1(args(), { github });
      expect(memberNames(acme)).to.have.length(3);
      await plus1(['rollback', 'acme', '--to', '1', '--yes', '--state', state]);

      const child = spawnPlus1(args(), { github });
      github.beforeRequest(({ method }) => {
        if (method !== 'PUT') return;
        child.process.kill('SIGKILL');
        return isApplied ? undefined : new Promise<never>(() => undefined);
      });
      await child.ended;
      github.reset();
      expect(status()).to.have.property('pendingWrite');
      expect(readdirSync(join(state, '.rollback', 'default', 'acme')), 'the request is there').to.have.length(1);

      // While the write of the killed process may still be applied, the rollback goes on.
      for (let run = 1; run <= 2 && status().lastHandledRollbackTo === undefined; run += 1) {
        const { code } = await plus1(args(), { github, clock });
        expect(code, 'held while it goes on').to.equal(status().lastHandledRollbackTo === undefined ? 3 : 0);
        shiftMs += 22 * 60_000;
      }
      expect(memberNames(acme)).to.deep.equal(names('member', 4));
      expect(status().hold?.reason).to.equal('RolledBack');
      expect(status()).to.include({ lastHandledRollbackTo: '1' });
      expect(readdirSync(join(state, '.rollback', 'default', 'acme'))).to.deep.equal([]);
      const shown = await plus1(['journal', 'show', 'acme', '--kind', 'RolledBack', '--state', state]);
      expect(shown.stdout.trim().split('\n')).to.have.length(1);
      expect((await plus1(['journal', 'verify', join(state, '.journal')])).code).to.equal(0);
    });
  }
});
