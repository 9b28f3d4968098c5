/** What is kept of a policy beside its state. Kind: what a pass learned, kept for another policy that took the name while it ran. */
import { expect } from 'chai';
import { baselineFolder, indexFolder, issueFolder, storesOf } from '../../cmd/plus1/kept-beside.js';
import { CacheFolder, PackedItems, type PolicyIdentity } from '../../pkg/policies/index.js';
import { removeTemporaryFolders, temporaryFolder } from '../temporary-folder.js';

describe('What is kept of a policy beside its state', () => {
  after(removeTemporaryFolders);
  const { signal } = new AbortController();
  const of: PolicyIdentity = { key: { namespace: 'default', name: 'acme' }, uid: 'default/acme', recordUID: 'one' };
  const VALUE = { repositories: [] } as never;
  const NO_INDEX = { head: {} as never, stay: 0, kept: () => undefined, fresh: new PackedItems() };

  for (const [when, answers, isKept] of [
    ['is kept while the policy is there', [true, true], true],
    ['is not kept once it went', [false, false], false],
    ['goes again where the policy went while it was written', [true, false], false],
  ] as const)
    it(when, async () => {
      const state = temporaryFolder();
      const folders = {
        cache: new CacheFolder(state),
        ...{ index: indexFolder(state), baseline: baselineFolder(state), issues: issueFolder(state) },
      };
      const kinds = ['cache', 'index', 'baseline', 'issues'] as const;
      for (const kind of kinds) {
        const left = [...answers];
        const stores = storesOf(of, { holds: () => left.shift() === true }, folders);
        const keep = {
          cache: () => stores.save?.(VALUE, signal),
          index: () => stores.workflows?.rewrite?.(NO_INDEX, signal),
          baseline: () => stores.baseline?.save?.(VALUE, signal),
          issues: () => stores.issues?.save?.(VALUE, signal),
        };
        await keep[kind]();
        expect(left, `${kind} asked`).to.deep.equal([]);
        expect(await folders[kind].load(of.key, signal), kind).to.deep.equal(isKept ? VALUE : undefined);
      }
    });
});
