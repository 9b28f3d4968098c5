/** Which tests a run of `make test` leaves to CI. */
import { expect } from 'chai';
import Mocha from 'mocha';
import { leaveOut } from '../scenes.js';

const { Suite, Test } = Mocha;

describe('the sample of scenes', () => {
  /** Two suites in one another, with as many tests each. */
  function suiteOf(file: string, count: number, title = 'outer'): Mocha.Suite {
    const root = new Suite('', undefined);
    const outer = Suite.create(root, `${title} ${file}`);
    const inner = Suite.create(outer, 'inner');
    for (const suite of [outer, inner])
      for (let number = 0; number < count; number += 1) {
        const test = new Test(`test ${number}`, () => undefined);
        test.file = file;
        suite.addTest(test);
      }
    return root;
  }

  function titlesOf(root: Mocha.Suite): string[] {
    const titles: string[] = [];
    root.eachTest((test) => titles.push(test.fullTitle()));
    return titles;
  }

  it('is a share of what plays whole passes, counts what it left out, and is the same in each run', () => {
    const [first, second] = ['loop', 'loop'].map((folder) => suiteOf(`/test/plus1/test/${folder}/a.test.ts`, 500));
    if (!first || !second) throw new Error('two suites');
    const left = leaveOut(first);
    expect(first.total() + left).to.equal(1_000);
    expect(left).to.be.within(850, 980);
    leaveOut(second);
    expect(titlesOf(second)).to.deep.equal(titlesOf(first));
  });

  it('is a share of the dear tests of a file alone, where others of it are cheap', () => {
    const file = '/plus1/test/monitoring/rules.test.ts';
    expect(leaveOut(suiteOf(file, 100, 'cases hold'))).to.be.within(100, 170);
    expect(leaveOut(suiteOf(file, 100, 'an alert has a runbook'))).to.equal(0);
  });

  it('leaves out nothing of the other folders, wherever the clone lies', () => {
    for (const file of ['/test/loop/plus1/test/github/a.test.ts', '/plus1/test/docs/b.test.ts', '/loop/elsewhere.ts']) {
      const root = suiteOf(file, 10);
      expect(leaveOut(root), file).to.equal(0);
      expect(root.total(), file).to.equal(20);
    }
  });
});
