import { join } from 'node:path';
import { tmpdir } from 'node:os';
import { expect } from 'chai';
import fc from 'fast-check';
import { hasRoomFor, RESERVED_BYTES, reservedOf, StorageReserve, volumeSpace } from '../../pkg/base/storage-reserve.js';

const MIB = 1_048_576;

describe('The reserve of a volume', () => {
  const cases: { title: string; totalMiB: number; freeMiB: number; bytes: number; has: boolean }[] = [
    { title: 'a volume that is half empty', totalMiB: 8_192, freeMiB: 4_096, bytes: MIB, has: true },
    { title: 'a file that ends where the reserve begins', totalMiB: 8_192, freeMiB: 65, bytes: MIB, has: true },
    { title: 'a file that is one byte longer', totalMiB: 8_192, freeMiB: 65, bytes: MIB + 1, has: false },
    { title: 'a volume with the reserve alone', totalMiB: 8_192, freeMiB: 64, bytes: 1, has: false },
    { title: 'a small volume, of which a tenth is enough', totalMiB: 100, freeMiB: 11, bytes: MIB, has: true },
    { title: 'a small volume that is nearly full', totalMiB: 100, freeMiB: 10, bytes: 1, has: false },
    { title: 'a full volume', totalMiB: 8_192, freeMiB: 0, bytes: 0, has: false },
  ];
  for (const { title, totalMiB, freeMiB, bytes, has } of cases)
    it(`${has ? 'leaves room in' : 'keeps other files out of'} ${title}`, () => {
      expect(hasRoomFor({ totalBytes: totalMiB * MIB, freeBytes: freeMiB * MIB }, bytes)).to.equal(has);
    });

  it('is 64 MiB, a tenth of a smaller volume, and never more than either', () => {
    fc.assert(
      fc.property(fc.maxSafeNat(), (totalBytes) => {
        const reserved = reservedOf({ totalBytes, freeBytes: 0 });
        expect(reserved).to.equal(Math.min(RESERVED_BYTES, Math.floor(totalBytes / 10)));
      }),
    );
  });

  it('says what is missing, in words', async () => {
    const reserve = new StorageReserve({
      folder: '/state',
      space: () => Promise.resolve({ totalBytes: 1_000 * MIB, freeBytes: 64.5 * MIB }),
    });
    expect(await reserve.shortage(100)).to.equal(undefined);
    expect(await reserve.shortage(MIB)).to.equal(
      'the volume of /state has 64.5 MiB left, of which the last 64.0 MiB belong to journal and state',
    );
  });

  it('keeps nothing out where the file system does not say how full it is', async () => {
    for (const space of [
      () => Promise.reject(new Error('ENOSYS')),
      () => Promise.resolve({ totalBytes: 0, freeBytes: 0 }),
    ])
      expect(await new StorageReserve({ folder: '/state', space }).shortage(MIB)).to.equal(undefined);
  });

  it('asks the operating system, also for a folder that is not there yet', async () => {
    const here = await volumeSpace(tmpdir());
    expect(here.totalBytes).to.be.greaterThan(0);
    expect(here.freeBytes).to.be.at.most(here.totalBytes);
    expect((await volumeSpace(join(tmpdir(), 'not', 'there', 'yet'))).totalBytes).to.equal(here.totalBytes);
  });
});
