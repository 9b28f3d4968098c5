/** `VERIFY.md`: what it finds, followed by a shell with sha256sum and openssl alone, and what it never says of a folder that is right. */
import { spawnSync } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { appendFileSync, cpSync, existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect } from 'chai';
import { policyFolders } from '../../pkg/journal/index.js';
import { parseCheckpoint, originOf, signCheckpoint } from '../../pkg/journal/proof/checkpoint.js';
import { generateKey, signingKey } from '../../pkg/journal/proof/key.js';
import { Tree } from '../../pkg/journal/proof/tree.js';
import { monthPeriod, writeCertification, type Period } from '../../pkg/report/index.js';
import { manifestText } from '../../pkg/report/certification/manifest.js';
import { removeTemporaryFolders, temporaryFolder } from '../temporary-folder.js';
import { followPage, oldOpenSSL } from './bare-shell.js';
import { month } from './story.js';

after(removeTemporaryFolders);

const filesOf = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1))
    .sort();

/** What somebody does who changed a file and knows how the folder is made. */
function coverUp(folder: string): void {
  const files = filesOf(folder).filter((file) => file !== 'manifest.json');
  const contents = files.map((file) => ({ file, content: readFileSync(join(folder, file)) }));
  writeFileSync(join(folder, 'manifest.json'), manifestText(contents));
}

const hashOf = (line: string): string => `sha256:${createHash('sha256').update(line).digest('hex')}`;
const edit = (path: string, change: (text: string) => string): void =>
  writeFileSync(path, change(readFileSync(path, 'utf8')));

const OK = 'RESULT: OK, if the hash of the manifest and the keys are those that you were given another way';

describe('VERIFY.md of a certification', () => {
  let folder: string;
  let segment: string;

  before(async () => {
    const stage = await month();
    folder = temporaryFolder();
    const folders = await policyFolders([stage.root], { name: 'acme' });
    await writeCertification({ folders, period: monthPeriod('2026-11') as Period, frameworks: [], output: folder });
    segment = filesOf(folder).find((file) => file.endsWith('00000001.jsonl')) ?? '';
  });

  function copy(): string {
    const to = join(temporaryFolder(), 'copy');
    cpSync(folder, to, { recursive: true });
    return to;
  }

  for (const shell of ['/bin/sh', '/bin/bash'].filter((path) => existsSync(path)))
    it(`says of a whole folder what it checked, and that all of it is right (${shell})`, () => {
      const chain = dirname(segment);
      const { lines, code } = followPage(folder, { shell });
      const vkey = /"keys":\["([^"]+)"/.exec(readFileSync(join(folder, chain, 'manifest.json'), 'utf8'))?.[1] ?? '';
      const { size } = parseCheckpoint(readFileSync(join(folder, chain, 'checkpoint'), 'utf8')) ?? { size: 0 };
      expect(lines.filter((line) => !line.startsWith('signatures:'))).to.deep.equal([
        `files: OK, all ${filesOf(folder).length - 1}, and no other`,
        `manifest: OK ${/"self":"(\w+)"/.exec(readFileSync(join(folder, 'manifest.json'), 'utf8'))?.[1]}`,
        `signature of ${chain}/checkpoint: OK, by the key ${vkey}`,
        `records and tree: OK, records 1 to ${size}, all of them signed, none unsigned`,
        'links: OK, 1 are of records that are here, 0 of records that are not in this folder',
        OK,
      ]);
      expect(code).to.equal(0);
    });

  it('says the same where all blocks are run at once, by the line that it names for that', () => {
    const line = /^ {4}(sed .*)$/m.exec(readFileSync(join(folder, 'VERIFY.md'), 'utf8'))?.[1] ?? 'false';
    const env = { ...process.env, TMPDIR: temporaryFolder() };
    const { stdout } = spawnSync('/bin/sh', ['-c', line], { cwd: folder, env, encoding: 'utf8' });
    expect(stdout.trimEnd().split('\n')).to.deep.equal(followPage(folder).lines);
  });

  it('finds a change of one byte, in whatever file', () => {
    for (const path of filesOf(folder)) {
      const bytes = readFileSync(join(folder, path));
      // The manifest is checked by more than its hash: more places of it.
      const places =
        path === 'manifest.json' ? [3, 40, bytes.length - 60, bytes.length - 2] : [Math.floor(bytes.length / 2)];
      for (const place of places) {
        const changed = copy();
        const other = Buffer.from(bytes);
        other[place] = other[place] === 0x41 ? 0x42 : 0x41;
        writeFileSync(join(changed, path), other);
        const { lines } = followPage(changed);
        expect(lines.join('\n'), `${path} at ${place}`).to.match(/CHANGED|WRONG|NOT LISTED/);
        expect(lines, `${path} at ${place}`).not.to.include(OK);
        rmSync(changed, { recursive: true });
      }
    }
  });

  it('finds a record that somebody added after the signed ones, however well it fits', () => {
    const forged = copy();
    const files = filesOf(forged).filter((file) => file.endsWith('.jsonl'));
    const path = join(forged, files.at(-1) ?? '');
    const last = readFileSync(path, 'utf8').trimEnd().split('\n').at(-1) ?? '';
    const { seq } = JSON.parse(last) as { seq: number };
    const added = last.replace(/"prev":"[^"]+","seq":\d+/, `"prev":"${hashOf(last)}","seq":${seq + 1}`);
    appendFileSync(path, `${added}\n`);
    coverUp(forged);
    const { lines } = followPage(forged);
    expect(lines).to.include(`records: NOT ALL SIGNED, ${seq} signed and 1 added after them that nobody signed`);
    expect(lines.at(-1)).to.equal('RESULT: 1 checks found something WRONG');
  });

  it('says of each block that prints nothing that it does', () => {
    const page = readFileSync(join(folder, 'VERIFY.md'), 'utf8');
    const blocks = [...page.matchAll(/([^\n]+)\n\n```sh\n(.*?)^```$/gms)];
    expect(blocks.length).to.be.greaterThan(6);
    let before = '';
    for (const [, above = '', block = ''] of blocks) {
      const script = `exec 3>&1 >/dev/null 2>&1\n${before}\nexec >&3\n${block}`;
      const env = { ...process.env, TMPDIR: temporaryFolder() };
      const { stdout } = spawnSync('/bin/sh', ['-c', script], { cwd: folder, env, encoding: 'utf8' });
      expect(stdout === '', above).to.equal(above.includes('prints nothing'));
      before += `${block}\n`;
    }
  });

  it('finds a missing end', () => {
    const forged = copy();
    const files = filesOf(forged).filter((file) => file.endsWith('.jsonl'));
    edit(join(forged, files.at(-1) ?? ''), (text) => text.replace(/[^\n]+\n$/, ''));
    coverUp(forged);
    expect(followPage(forged).lines.join('\n')).to.match(/records: CHANGED, \d+ are signed and the last one here is/);
  });

  /** Records of the forger's own, signed with the forger's own key. */
  function rewrite(forged: string): { vkey: string; known: string } {
    const chain = join(forged, dirname(segment));
    const name = (JSON.parse(readFileSync(join(chain, 'manifest.json'), 'utf8')) as { chain: string }).chain;
    const tree = Tree.empty();
    let prev = `sha256:${'0'.repeat(64)}`;
    for (const file of readdirSync(chain)
      .filter((each) => each.endsWith('.jsonl'))
      .sort())
      edit(join(chain, file), (text) => {
        const lines = text
          .trimEnd()
          .split('\n')
          .map((line) => {
            const own = line
              .replace('"approver":"bob"', '"approver":"eve"')
              .replace(/"prev":"[^"]+"/, `"prev":"${prev}"`);
            prev = hashOf(own);
            tree.append(Buffer.from(own));
            return own;
          });
        return `${lines.join('\n')}\n`;
      });
    // The link of the second file names the head of the first.
    const own = signingKey(generateKey(), originOf(name));
    const old = readFileSync(join(chain, 'checkpoint'), 'utf8');
    const note = signCheckpoint(name, tree, [own]);
    writeFileSync(join(chain, 'checkpoint'), note);
    const known = /"keys":\["([^"]+)"/.exec(readFileSync(join(chain, 'manifest.json'), 'utf8'))?.[1] ?? '';
    // Each other form in which the page may name key and signature is replaced along.
    const raw = (vkey: string): Buffer => Buffer.from(vkey.split('+').slice(2).join('+'), 'base64').subarray(1);
    const der = (vkey: string): string =>
      Buffer.concat([Buffer.from('302a300506032b6570032100', 'hex'), raw(vkey)]).toString('base64');
    const signature = (text: string): string =>
      Buffer.from(text.trimEnd().split(' ').at(-1) ?? '', 'base64')
        .subarray(4)
        .toString('base64');
    edit(join(forged, 'VERIFY.md'), (text) =>
      text.replaceAll(signature(old), signature(note)).replaceAll(der(known), der(own.verifier.vkey)),
    );
    return { vkey: own.verifier.vkey, known };
  }

  it('finds records that somebody wrote again and signed with a key of their own', () => {
    const forged = copy();
    rewrite(forged);
    coverUp(forged);
    const { lines } = followPage(forged);
    expect(lines.join('\n')).to.match(/signature of .*: WRONG, it is not by /);
    expect(lines.at(-1)).to.match(/^RESULT: \d checks found something WRONG$/);
  });

  it('shows the key that it went by, in the form in which people know it, and has no other place for it', () => {
    const forged = copy();
    const { vkey, known } = rewrite(forged);
    edit(join(forged, 'VERIFY.md'), (text) => text.replaceAll(known, vkey));
    coverUp(forged);
    const { lines } = followPage(forged);
    const told = lines.filter((line) => line.startsWith('signature of'));
    expect(told).to.have.length(1);
    expect(told[0]).to.include(`by the key ${vkey}`).and.not.include(known);
    // With the known key in the place of it the forgery shows.
    edit(join(forged, 'VERIFY.md'), (text) => text.replace(`key='${vkey}'`, `key='${known}'`));
    expect(followPage(forged).lines.join('\n')).to.match(/signature of .*: WRONG/);
  });

  it('accuses nobody where openssl cannot check such a signature, or takes every one for right', () => {
    for (const openssl of [oldOpenSSL(), oldOpenSSL().replace('>&2; exit 1', '>&2; exit 0')]) {
      const { lines } = followPage(folder, { openssl });
      expect(lines.filter((line) => line.startsWith('signatures:'))[0]).to.match(
        /^signatures: CANNOT BE CHECKED HERE by OpenSSL 1\.1\.1w/,
      );
      expect(lines.join('\n')).not.to.match(/WRONG|CHANGED|signature of/);
      expect(lines.at(-1)).to.equal('RESULT: nothing wrong was found, and 1 checks could NOT be made here');
    }
  });

  it('accuses nobody where no file can be written', () => {
    const { lines } = followPage(folder, { tmpdir: '/nonexistent' });
    expect(lines.join('\n')).to.match(/signatures: CANNOT BE CHECKED HERE, since .* cannot be written/);
    expect(lines.join('\n')).not.to.match(/WRONG|CHANGED/);
  });

  for (const extra of ['notes.txt', '.hidden', 'journal/..more', `journal/${randomBytes(2).toString('hex')} x.jsonl`])
    it(`finds a file that does not belong there: ${extra.replace(/[0-9a-f]{4} /, 'a name with a blank ')}`, () => {
      const more = copy();
      writeFileSync(join(more, extra), 'not of ours');
      expect(followPage(more).lines).to.include(`NOT LISTED: ${extra}`);
    });
});
