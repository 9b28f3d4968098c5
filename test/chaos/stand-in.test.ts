/** The files of a run stand in for those of Node: what they do not stand in for is told, and never looks as if nothing were there. */
import { existsSync, lstatSync, mkdirSync } from 'node:fs';
import { access, mkdir, opendir } from 'node:fs/promises';
import { expect } from 'chai';
import { makeFolder } from '../../pkg/base/index.js';
import { Mounts, ROOT } from './disk/mounts.js';
import { standIn } from './disk/stand-in.js';
import { Volume } from './disk/volume.js';

const STATE = `${ROOT}/p1/state`;

describe('The files of a run', () => {
  let volume: Volume;
  let others: string[];
  let giveBack: () => void;
  beforeEach(() => {
    volume = new Volume(() => 0);
    others = [];
    const mounts = new Mounts();
    mounts.add('p1', { volumes: { state: volume }, gate: () => undefined });
    giveBack = standIn(
      mounts,
      () => ({ boot: 'one', start: '1' }),
      (what) => others.push(what),
    );
  });
  afterEach(() => {
    giveBack();
  });

  it('are there for each function that asks whether they are', async () => {
    await mkdir(`${STATE}/a`);
    const folder = await opendir(STATE);
    expect([existsSync(`${STATE}/a`), existsSync(`${STATE}/b`)]).to.deep.equal([true, false]);
    expect([(await folder.read())?.name, await folder.read()]).to.deep.equal(['a', null]);
    expect(others).to.deep.equal([]);
  });

  it('are told of where a function asks that they do not stand in for', () => {
    expect(() => access(`${STATE}/a`)).to.throw('has no stand-in');
    expect(() => lstatSync(`${STATE}/a`)).to.throw('has no stand-in');
    expect(() => mkdirSync(`${STATE}/a`)).to.throw('has no stand-in');
    expect(others).to.have.length(3);
    expect(lstatSync('/').isDirectory()).to.equal(true);
  });

  it('stand on an empty volume, in folders of somebody else', async () => {
    await makeFolder(`${STATE}/a/b`);
    await makeFolder(STATE);
    expect(volume.has('a/b')).to.equal(true);
    expect(existsSync(ROOT)).to.equal(false);
  });
});
