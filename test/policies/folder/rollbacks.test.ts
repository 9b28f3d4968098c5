/** Requests to roll back, beside a state folder. Kind: a folder that somebody else made, and that ends the watch. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { RollbackFolder } from '../../../pkg/policies/index.js';
import { temporaryFolder } from '../../integration/cli.js';

describe('The folder of rollback requests', () => {
  it('passes over a folder whose name is no name, and has the news of the others', async () => {
    const state = temporaryFolder();
    for (const path of ['%zz/x', 'default/%zz', 'default/acme']) {
      const folder = join(state, '.rollback', path);
      mkdirSync(folder, { recursive: true });
      writeFileSync(join(folder, 'note.txt'), '');
    }
    expect(await new RollbackFolder({ state }).news()).to.deep.equal([{ namespace: 'default', name: 'acme' }]);
  });
});
