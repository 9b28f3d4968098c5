/** Tree, notes and keys against their specifications. */
import { createHash, generateKeyPairSync, sign } from 'node:crypto';
import { expect } from 'chai';
import fc from 'fast-check';
import { joinNotes, parseCheckpoint, signCheckpoint, splitNotes } from '../../pkg/journal/proof/checkpoint.js';
import { keptOf } from '../../pkg/journal/proof/kept.js';
import { generateKey, parseVerifierKey, renamed, signingKey } from '../../pkg/journal/proof/key.js';
import { judgeSignature, parseNote, signNote } from '../../pkg/journal/proof/note.js';
import { Tree } from '../../pkg/journal/proof/tree.js';

const sha256 = (...parts: Uint8Array[]): Buffer => createHash('sha256').update(Buffer.concat(parts)).digest();

/** RFC 6962, section 2.1, word for word. */
function naiveRoot(leaves: readonly Buffer[]): Buffer {
  if (leaves.length === 0) return sha256();
  const [only] = leaves;
  if (leaves.length === 1 && only !== undefined) return sha256(Buffer.of(0), only);
  let half = 1;
  while (half * 2 < leaves.length) half *= 2;
  return sha256(Buffer.of(1), naiveRoot(leaves.slice(0, half)), naiveRoot(leaves.slice(half)));
}

const treeOf = (leaves: readonly Buffer[]): Tree => {
  const tree = Tree.empty();
  for (const leaf of leaves) tree.append(leaf);
  return tree;
};

describe('The tree of a chain', () => {
  // The leaves of the reference implementation of Certificate Transparency, and their roots.
  const LEAVES = ['', '00', '10', '2021', '3031', '40414243', '5051525354555657', '606162636465666768696a6b6c6d6e6f'];
  const ROOTS: [number, string][] = [
    [0, 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855'],
    [1, '6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d'],
    [2, 'fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125'],
    [8, '5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328'],
  ];
  for (const [size, root] of ROOTS)
    it(`has the published root over ${size} leaves`, () => {
      const leaves = LEAVES.slice(0, size).map((hex) => Buffer.from(hex, 'hex'));
      expect(Buffer.from(treeOf(leaves).root(), 'base64').toString('hex')).to.equal(root);
    });

  it('has the root of RFC 6962 for any leaves, also where it goes on from an edge', () => {
    const leaf = fc.uint8Array({ maxLength: 8 }).map((bytes) => Buffer.from(bytes));
    fc.assert(
      fc.property(fc.array(leaf, { maxLength: 70 }), fc.nat(), (leaves, at) => {
        const whole = treeOf(leaves);
        expect(whole.root()).to.equal(naiveRoot(leaves).toString('base64'));
        const size = leaves.length === 0 ? 0 : at % (leaves.length + 1);
        const begun = Tree.at(size, treeOf(leaves.slice(0, size)).edge);
        for (const each of leaves.slice(size)) begun?.append(each);
        expect(begun?.root()).to.equal(whole.root());
      }),
    );
  });

  it('takes no edge of another size, and none in another spelling', () => {
    const { edge } = treeOf([Buffer.of(1), Buffer.of(2), Buffer.of(3)]);
    expect(Tree.at(4, edge)).to.equal(undefined);
    expect(Tree.at(3, [`${edge[0]} `, edge[1] ?? ''])).to.equal(undefined);
    expect(Tree.at(3, edge)?.size).to.equal(3);
  });
});

describe('A signed note', () => {
  const VKEY = 'PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW';
  // The example of the reference implementation, golang.org/x/mod/sumdb/note.
  const TEXT = "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n";
  const SIGNATURE =
    '— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n';

  it('of the reference implementation is accepted, and with a changed text it is not', () => {
    const key = parseVerifierKey(VKEY);
    const note = parseNote(`${TEXT}\n${SIGNATURE}`);
    if (key === undefined || note === undefined) throw new Error('it must be read');
    expect(judgeSignature(note, key)).to.equal('signed');
    expect(judgeSignature({ ...note, text: TEXT.replace('answer', 'Answer') }, key)).to.equal('wrong');
  });

  it('is signed by each of its keys, and knows no other', () => {
    const [one, two, three] = [1, 2, 3].map((number) => signingKey(generateKey(), `log.example/${number}`));
    if (one === undefined || two === undefined || three === undefined) throw new Error('three keys');
    const note = parseNote(signNote('hello\n', [one, two]));
    if (note === undefined) throw new Error('it must be read');
    expect([one, two, three].map(({ verifier }) => judgeSignature(note, verifier))).to.deep.equal([
      'signed',
      'signed',
      'absent',
    ]);
  });

  it('is none where a line end, a blank, a dash or a bit of it is another one', () => {
    const note = signNote('hello\n', [signingKey(generateKey(), 'log.example')]);
    expect(parseNote(note)?.text).to.equal('hello\n');
    const others = [
      note.slice(0, -1),
      `${note}\n`,
      note.replace('—', '-'),
      note.replace('\n\n', '\n'),
      `${note} `,
      note.replace('hello', 'hel\tlo'),
    ];
    for (const other of others) expect(parseNote(other), JSON.stringify(other)).to.equal(undefined);
  });

  it('has a verifier key that is read only whole', () => {
    for (let at = 0; at < VKEY.length; at += 1) {
      const changed = `${VKEY.slice(0, at)}${VKEY[at] === 'A' ? 'B' : 'A'}${VKEY.slice(at + 1)}`;
      expect(parseVerifierKey(changed), changed).to.equal(undefined);
    }
  });

  it('is signed by the same public key under the name of another chain', () => {
    const pem = generateKey();
    const { verifier } = signingKey(pem, 'plus1.dev/a');
    expect(renamed(verifier, 'plus1.dev/b').vkey).to.equal(signingKey(pem, 'plus1.dev/b').verifier.vkey);
  });

  it('is signed by no key of another algorithm, and no fault repeats the text of a key', () => {
    const pem = generateKeyPairSync('ec', { namedCurve: 'P-256' })
      .privateKey.export({ format: 'pem', type: 'pkcs8' })
      .toString();
    expect(() => signingKey(pem, 'x')).to.throw(TypeError, 'no Ed25519 key');
    expect(() => signingKey('SECRET', 'x'))
      .to.throw(TypeError)
      .with.property('message')
      .that.does.not.include('SECRET');
    expect(sign(null, Buffer.of(), generateKey())).to.have.length(64);
  });
});

describe('A checkpoint', () => {
  const keys = [signingKey(generateKey(), 'plus1.dev/platform/acme.3f9a1c07/w.0badcafe')];
  const text = signCheckpoint('platform/acme.3f9a1c07/w.0badcafe', treeOf([Buffer.from('a')]), keys);

  it('has origin, size and root on three lines', () => {
    expect(text.split('\n').slice(0, 4)).to.deep.equal([
      'plus1.dev/platform/acme.3f9a1c07/w.0badcafe',
      '1',
      sha256(Buffer.of(0), Buffer.from('a')).toString('base64'),
      '',
    ]);
    expect(parseCheckpoint(text)).to.include({ size: 1, text });
  });

  it('names what is kept on a fourth line, in one spelling', () => {
    const kept = keptOf('ä');
    const named = signCheckpoint('platform/acme.3f9a1c07/w.0badcafe', treeOf([Buffer.from('a')]), keys, kept);
    expect(named.split('\n')[3]).to.equal(`kept 2 ${kept.hash}`);
    expect(parseCheckpoint(named)?.kept).to.deep.equal(kept);
    expect(parseCheckpoint(text)?.kept).to.equal(undefined);
    for (const other of [
      named.replace('kept 2 ', 'kept 02 '),
      named.replace('kept 2 ', 'kept 2  '),
      named.replace('kept', 'Kept'),
    ])
      expect(parseCheckpoint(other), other).to.include({ size: 1 }).and.not.have.property('kept');
  });

  it('is none with a size that has another spelling', () => {
    expect(parseCheckpoint(text.replace('\n1\n', '\n01\n'))).to.equal(undefined);
    expect(parseCheckpoint(text.replace('\n1\n', '\n-1\n'))).to.equal(undefined);
  });

  it('stands in a file with others, each as it was signed', () => {
    expect(splitNotes(joinNotes([text, text, text])).map((each) => each?.text)).to.deep.equal([text, text, text]);
    expect(splitNotes(text).map((each) => each?.text)).to.deep.equal([text]);
    expect(splitNotes('')).to.deep.equal([]);
    expect(splitNotes(`${text}\n`)).to.include(undefined);
    expect(splitNotes('\n')).to.include(undefined);
  });
});
