/** `plus1 check` of a policy that delivers egress rules by a shared file: two permissions more, and never one for workflow files. */
import { expect } from 'chai';
import { CheckStage, reportOf, USUAL, type CheckReport } from './check-stage.js';
import { plus1 } from './cli.js';

const spec = { egress: { delivery: 'SharedFile' } };

describe('plus1 check, delivery of egress rules by a shared file', () => {
  let stage: CheckStage;
  beforeEach(async () => {
    stage = await CheckStage.open();
  });
  afterEach(() => stage.close());

  const line = ({ checks }: CheckReport, name: string): string | undefined => {
    const found = checks.find((each) => each.name === name);
    return found && `${found.result}: ${found.message}`;
  };

  it('names what an App lacks, and where it is granted', async () => {
    const report = await reportOf(plus1([...stage.app({ spec }).args, '--format', 'json']));
    expect(line(report, 'contents')).to.match(/^ok/);
    expect(line(report, 'contents-write')).to.equal('missing: the installation of the App lacks contents: write');
    expect(line(report, 'pull-requests')).to.equal('missing: the installation of the App lacks pull_requests: write');
    const [found] = report.checks.filter(({ name }) => name === 'pull-requests');
    expect(found?.fix).to.contain('Repository permissions > Pull requests: Read and write');
    expect(JSON.stringify(report)).not.to.match(/workflows?: write/i);
    expect(report.code).to.equal(1);
  });

  it('is well where an App has it', async () => {
    const permissions = { ...USUAL, contents: 'write', pull_requests: 'write' } as const;
    const report = await reportOf(plus1([...stage.app({ spec, permissions }).args, '--format', 'json']));
    expect([line(report, 'contents-write'), line(report, 'pull-requests')]).to.deep.equal([
      'ok: Repository permissions > Contents: Read and write',
      'ok: Repository permissions > Pull requests: Read and write',
    ]);
    expect(report.code).to.equal(0);
  });

  it('asks for neither with delivery Audit', async () => {
    const report = await reportOf(plus1([...stage.app({}).args, '--format', 'json']));
    expect(line(report, 'contents-write')).to.equal(undefined);
  });
});
