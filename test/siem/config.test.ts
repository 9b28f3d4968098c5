/** The file of `--siem`: what it may say, and one line for each fault. */
import { expect } from 'chai';
import { readConfig } from '../../pkg/siem/config.js';

const GOOD = `sinks:
- name: splunk
  type: SplunkHEC
  url: https://splunk.example.com:8088
  credentials: /etc/plus1/siem/splunk
`;

describe('The file of sinks', () => {
  it('has defaults: OCSF, all kinds, 500 records, 1 MiB, 2 s, https', () => {
    expect(readConfig(GOOD)).to.deep.equal({
      sinks: [
        {
          ...{ name: 'splunk', type: 'SplunkHEC', format: 'OCSF', url: 'https://splunk.example.com:8088' },
          ...{ credentials: '/etc/plus1/siem/splunk', insecure: false, kinds: ['*'] },
          batch: { records: 500, bytes: 1_048_576, waitMs: 2_000 },
        },
      ],
    });
  });

  it('takes every field', () => {
    const text = `sinks:
- {name: a, type: Stdout, format: Plus1, kinds: [WriteProved]}
- {name: b, type: OTLP, url: "http://collector:4318", insecure: true, batch: {records: 10, bytes: 64KiB, wait: 0s}}
`;
    const read = readConfig(text);
    expect(read).to.have.nested.property('sinks[0].kinds[0]', 'WriteProved');
    expect(read).to.have.nested.property('sinks[1].batch').that.deep.equals({ records: 10, bytes: 65_536, waitMs: 0 });
  });

  for (const [what, text, faults] of [
    ['nothing', '', ['(the document): found null, allowed: a mapping']],
    ['no sink', 'sinks: []', ['sinks: found [], allowed: at least one sink']],
    ['an unknown field', `${GOOD}  token: abc\n`, ['sinks.0.token: unknown field, allowed: only the fields of a sink']],
    [
      'a kind that the journal does not have, by which nothing would ever be sent',
      'sinks: [{name: a, type: Stdout, kinds: [WriteProved, writeproved, "Write*"]}]',
      [
        'sinks.0.kinds.1: found "writeproved", allowed: a kind of record, as the reference of the journal names it, or *',
        'sinks.0.kinds.2: found "Write*", allowed: a kind of record, as the reference of the journal names it, or *',
      ],
    ],
    [
      'http',
      'sinks: [{name: a, type: HTTP, url: "http://x.example"}]',
      ['sinks.0.url: allowed: https, or http together with insecure: true'],
    ],
    [
      'no address',
      'sinks: [{name: a, type: HTTP}]',
      ['sinks.0.url: required, allowed: an address such as https://splunk.example.com:8088'],
    ],
    [
      'a password in the address',
      'sinks: [{name: a, type: HTTP, url: "https://u:secret@x.example"}]',
      ['sinks.0.url: allowed: an address without user and password; put them into credentials'],
    ],
    [
      'an address of Stdout',
      'sinks: [{name: a, type: Stdout, url: "https://x.example"}]',
      ['sinks.0.url: unknown field, allowed: none for a sink of type Stdout'],
    ],
    [
      'one name twice',
      'sinks: [{name: a, type: Stdout}, {name: a, type: Stdout}]',
      ['sinks.1.name: found a twice, allowed: a name of its own'],
    ],
    ['broken YAML', 'sinks: [', ['line 1, column 9: found the end of the text, expected YAML']],
    ['two documents', `${GOOD}---\n${GOOD}`, ['found 2 YAML documents, allowed: one']],
    [
      'a size and a wait out of range',
      'sinks: [{name: a, type: Stdout, batch: {bytes: 5MiB, wait: 2m, records: 0}}]',
      [
        'sinks.0.batch.records: found 0, allowed: a whole number from 1 to 1000',
        'sinks.0.batch.bytes: found 5242880, allowed: 1KiB to 4MiB',
        'sinks.0.batch.wait: found 120000, allowed: 0s to 60s',
      ],
    ],
    [
      'a name that is no file name',
      'sinks: [{name: ../x, type: Stdout}]',
      ['sinks.0.name: found "../x", allowed: 1 to 63 of a-z, 0-9 and -, with a letter or a digit at both ends'],
    ],
  ] as const) {
    it(`is refused with a line for each fault: ${what}`, () => {
      const read = readConfig(text);
      const found = 'faults' in read ? read.faults : [];
      expect(found).to.have.length(faults.length);
      for (const [at, fault] of faults.entries())
        expect(found[at]).to.satisfy((line: string) => line.startsWith(fault), found[at]);
      expect(found.join()).not.to.contain('secret');
    });
  }
});
