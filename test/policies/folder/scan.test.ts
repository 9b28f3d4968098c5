import { mkdirSync, symlinkSync, unlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { FolderScanner } from '../../../pkg/policies/folder/scan.js';
import { temporaryFolder } from '../../integration/cli.js';

const SIGNAL = new AbortController().signal;
const TEXT = 'kind: Plus1Policy\nmetadata: {name: acme}\n';

describe('A look at a folder', () => {
  let folder: string;
  let now: number;
  let scanner: FolderScanner;
  beforeEach(() => {
    folder = temporaryFolder();
    now = 0;
    scanner = new FolderScanner(folder, () => now);
  });

  const put = (name: string, text: string): void => writeFileSync(join(folder, name), text);
  const look = async (): Promise<{ names: string[]; unsettled: boolean }> => {
    const { files, unsettled } = await scanner.scan(SIGNAL);
    return { names: files.map(({ name, fault }) => (fault === undefined ? name : `${name}: ${fault}`)), unsettled };
  };

  it('takes a file in once three looks in a row found it the same', async () => {
    put('a.yaml', TEXT);
    expect(await look()).to.deep.equal({ names: [], unsettled: true });
    expect(await look()).to.deep.equal({ names: [], unsettled: true });
    put('a.yaml', `${TEXT}# more`);
    expect(await look()).to.deep.equal({ names: [], unsettled: true });
    expect(await look()).to.deep.equal({ names: [], unsettled: true });
    expect(await look()).to.deep.equal({ names: ['a.yaml'], unsettled: false });
  });

  it('takes in a file with a banner of comments, in the time of a line without one', async () => {
    // A pattern that can divide the banner in many ways tries them all: 80 marks would take longer than anybody waits.
    put('a.yaml', `${'#'.repeat(80)}\n# ${'-'.repeat(80)}\n${'---'.repeat(1_000)}\n${TEXT}`);
    put('b.yaml', `${'#'.repeat(80)}\n\n--- # nothing\n...\n`);
    now = Date.now() + 11_000;
    expect((await look()).names).to.deep.equal(['a.yaml', 'b.yaml: it is empty']);
  });

  it('takes an old file in at first sight', async () => {
    put('a.yaml', TEXT);
    now = Date.now() + 11_000;
    expect(await look()).to.deep.equal({ names: ['a.yaml'], unsettled: false });
  });

  it('goes by the time of the last change of any kind, which nobody can set back', async () => {
    put('a.yaml', TEXT);
    utimesSync(join(folder, 'a.yaml'), 1, 1);
    now = Date.now();
    expect(await look()).to.deep.equal({ names: [], unsettled: true });
  });

  it('shows a file as it was last read until it is still again', async () => {
    put('a.yaml', TEXT);
    now = Date.now() + 11_000;
    await look();
    now = 0;
    put('a.yaml', `${TEXT}spec: {}`);
    const { files, unsettled } = await scanner.scan(SIGNAL);
    expect([files[0]?.documents[0]?.stated, unsettled]).to.deep.equal([
      { kind: 'Plus1Policy', metadata: { name: 'acme' } },
      true,
    ]);
  });

  it('reads links, no folders, no hidden files, and misses what is gone; a link that leads nowhere is not gone', async () => {
    now = Date.now() + 11_000;
    put('target', TEXT);
    symlinkSync('target', join(folder, 'link.yml'));
    symlinkSync('nowhere', join(folder, 'dangling.yaml'));
    mkdirSync(join(folder, 'folder.yaml'));
    put('.hidden.yaml', TEXT);
    put('B.JSON', '{}');
    const dangling = (name: string): string => `${name}: it cannot be read: it is a link that leads nowhere`;
    expect((await look()).names).to.deep.equal(['B.JSON', dangling('dangling.yaml'), 'folder.yaml', 'link.yml']);
    unlinkSync(join(folder, 'target'));
    unlinkSync(join(folder, 'dangling.yaml'));
    expect((await look()).names).to.deep.equal(['B.JSON', 'folder.yaml', dangling('link.yml')]);
  });

  it('tells a file that cannot be looked at from one that is gone', async () => {
    now = Date.now() + 11_000;
    symlinkSync('loop.yaml', join(folder, 'loop.yaml'));
    expect((await look()).names).to.deep.equal(['loop.yaml: it cannot be read: a loop of symbolic links (ELOOP)']);
  });

  it('refuses a folder that cannot be listed: that proves nothing', async () => {
    const error = await new FolderScanner(join(folder, 'none'), () => 0)
      .scan(SIGNAL)
      .catch((thrown: unknown) => thrown);
    expect(error).to.be.instanceOf(Error);
  });
});
