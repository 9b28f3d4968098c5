/** `plus1 siem test`: one marked record to each sink, and what each answered. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { siemCommand } from '../../cmd/plus1/siem.js';
import { runCommand, type Outcome } from './command.js';
import { removeTemporaryFolders, temporaryFolder } from '../temporary-folder.js';
import { Receiver, TOKEN } from '../siem/fakes/receiver.js';

describe('plus1 siem test', () => {
  let receiver: Receiver;
  let folder: string;
  beforeEach(async () => {
    receiver = await new Receiver('Datadog').listen();
    folder = temporaryFolder();
    mkdirSync(join(folder, 'secret'));
    writeFileSync(join(folder, 'secret', 'token'), TOKEN);
  });
  afterEach(() => receiver.close());
  after(removeTemporaryFolders);

  const run = (text: string): Promise<Outcome> => {
    writeFileSync(join(folder, 'siem.yaml'), text);
    return runCommand(siemCommand, ['test', '--siem', join(folder, 'siem.yaml')], { cwd: folder });
  };
  const sink = (name: string): string =>
    `- {name: ${name}, type: Datadog, url: "${receiver.url}", insecure: true, credentials: ${join(folder, 'secret')}}\n`;

  it('ends with 0 where every sink takes the record, and says so a line each', async () => {
    const { code, stderr, stdout } = await run(`sinks:\n${sink('datadog')}- {name: out, type: Stdout}\n`);
    expect(stderr).to.equal('datadog  ok      took the test record\nout      ok      took the test record\n');
    expect(code).to.equal(0);
    expect(receiver.keys).to.deep.equal(['plus1/siem-test/1']);
    expect(JSON.parse(stdout)).to.have.nested.property('metadata.event_code', 'SiemTest');
  });

  it('ends with 1 where one does not, with its own words and what to do', async () => {
    receiver.trouble = () => ({ status: 403, body: '{"errors":["Forbidden"]}' });
    const { code, stderr } = await run(`sinks:\n${sink('datadog')}`);
    expect(code).to.equal(1);
    expect(stderr).to.equal(
      'datadog  failed  HTTP 403: {"errors":["Forbidden"]}. Fix: check the files in the credentials folder of the sink\n',
    );
  });

  it('ends with 2 and a line for each fault of the file', async () => {
    const { code, stderr } = await run('sinks: [{name: A, type: Kafka}]');
    expect(code).to.equal(2);
    expect(stderr.trimEnd().split('\n')).to.have.length(2);
  });
});
