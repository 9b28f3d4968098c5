/** Content that cannot be read is `unreadable`: never absent, never classified from what a lenient decoder makes of it. */
import { expect } from 'chai';
import { judge, MAX_FILE_BYTES, type UnreadableWhy } from '../../pkg/catalog/index.js';
import { codes, entity, PATH, SETTINGS, verdictOn } from './build.js';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const padded = (length: number): string => `${entity('production')}#`.padEnd(length, 'x');

describe('unreadable content', () => {
  const cases: { reason: string; content: string | Uint8Array; code: string }[] = [
    { reason: 'one byte over the limit', content: bytes(padded(MAX_FILE_BYTES + 1)), code: 'file-too-large' },
    { reason: 'text over the limit', content: padded(MAX_FILE_BYTES + 1), code: 'file-too-large' },
    {
      reason: 'text within the limit whose bytes are over it',
      content: `${entity('production')}#${'é'.repeat(MAX_FILE_BYTES / 2)}`,
      code: 'file-too-large',
    },
    { reason: 'NUL bytes', content: bytes(`${entity('production')}\0`), code: 'file-binary' },
    { reason: 'Latin-1', content: Buffer.from(`# é\n${entity('production')}`, 'latin1'), code: 'file-not-utf8' },
    {
      reason: 'UTF-16 with its mark',
      content: Buffer.from(`\ufeff${entity('production')}`, 'utf16le'),
      code: 'file-not-utf8',
    },
    { reason: 'UTF-16 without a mark', content: Buffer.from(entity('production'), 'utf16le'), code: 'file-binary' },
    { reason: 'half a surrogate pair as bytes', content: Uint8Array.of(0x61, 0xed, 0xa0, 0x80), code: 'file-not-utf8' },
    {
      reason: 'an LFS pointer',
      content: 'version https://git-lfs.github.com/spec/v1\noid sha256:4d7a214614ab2935\nsize 12345\n',
      code: 'file-lfs-pointer',
    },
    {
      reason: 'an LFS pointer as bytes',
      content: bytes('version https://git-lfs.github.com/spec/v1\r\noid sha256:4d7a\r\nsize 1\r\n'),
      code: 'file-lfs-pointer',
    },
  ];
  for (const { reason, content, code } of cases) {
    it(`says so for ${reason}`, () => {
      const verdict = verdictOn(content);
      expect(verdict.status).to.equal('unreadable');
      expect(verdict.documents).to.equal(0);
      expect(codes(verdict)).to.deep.equal([code]);
      expect(verdict.reasons[0]).to.include({ line: 1, column: 1, file: PATH });
    });
  }

  it('reads a file of exactly the limit', () => {
    expect(verdictOn(bytes(padded(MAX_FILE_BYTES))).status).to.equal('valid_production');
    expect(verdictOn(padded(MAX_FILE_BYTES)).status).to.equal('valid_production');
  });

  it('reads UTF-8 bytes, with a byte order mark or not', () => {
    expect(verdictOn(bytes(entity('production', 'größe'))).status).to.equal('valid_production');
    expect(verdictOn(bytes(`\ufeff${entity('production')}`)).status).to.equal('valid_production');
  });

  const observed: UnreadableWhy[] = [
    'too_large',
    'binary',
    'not_utf8',
    'symlink',
    'submodule',
    'directory',
    'lfs_pointer',
    'disabled',
  ];
  for (const why of observed) {
    it(`keeps what was observed: ${why}`, () => {
      const verdict = judge([{ path: PATH, state: 'unreadable', why }], SETTINGS);
      expect(verdict.status).to.equal('unreadable');
      expect(codes(verdict)).to.deep.equal([`file-${why.replaceAll('_', '-')}`]);
    });
  }
});
