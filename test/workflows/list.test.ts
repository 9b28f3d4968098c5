/** `allowed-endpoints`: each way in which a list is not what its author meant, with its place and what the job is worth. */
import { expect } from 'chai';
import { codesOf, harden, jobOf, placesOf, withList, workflow } from './build.js';

describe('the list of endpoints', () => {
  const cases: [what: string, list: string, status: string, places: string[]][] = [
    ['takes a name without a port for 443', 'github.com', 'holds', []],
    ['takes several blanks for one', 'github.com:443   ghcr.io:443', 'holds', []],
    ['takes a folded scalar', '>\n  github.com:443\n  ghcr.io:443', 'holds', []],
    ['takes a folded scalar whose last lines are blank', '>+\n  github.com:443\n\n', 'holds', []],
    ['takes one line in a literal scalar, since inputs are trimmed', '|\n  github.com:443', 'holds', []],
    ['takes a quoted list over several lines', '"github.com:443\n  ghcr.io:443"', 'holds', []],
    ['takes a name with a dot at its end', 'github.com.:443', 'holds', []],
    ['takes patterns', '"*.github.com:443 g*.example.com:443"', 'holds', []],
    [
      'refuses lines of a literal scalar',
      '|\n  github.com:443\n  ghcr.io:443',
      'disarmed',
      ['list-newline 10:13', 'list-newline 11:13'],
    ],
    [
      'refuses |- as well',
      '|-\n  github.com:443\n  ghcr.io:443',
      'disarmed',
      ['list-newline 10:13', 'list-newline 11:13'],
    ],
    [
      'refuses a blank line in a folded scalar',
      '>-\n  github.com:443\n\n  ghcr.io:443',
      'disarmed',
      ['list-blank-line 10:13', 'list-blank-line 12:13'],
    ],
    [
      'refuses a deeper line in a folded scalar',
      '>\n  github.com:443\n    ghcr.io:443\n  b.org:1',
      'disarmed',
      ['list-blank-line 10:13', 'list-blank-line 11:15', 'list-blank-line 12:13'],
    ],
    [
      'refuses a blank line in quotes',
      '"github.com:443\n\n  ghcr.io:443"',
      'disarmed',
      ['list-blank-line 9:31', 'list-blank-line 11:13'],
    ],
    [
      'refuses an escaped line break',
      '"github.com:443\\nghcr.io:443"',
      'disarmed',
      ['list-newline 9:31', 'list-newline 9:47'],
    ],
    ['refuses a comment line', '>\n  # ours\n  github.com:443', 'disarmed', ['list-comment 10:13']],
    [
      'refuses a comment behind an entry',
      '>\n  github.com:443 # ours, and theirs\n  ghcr.io:443',
      'disarmed',
      ['list-comment 10:28'],
    ],
    [
      'refuses an entry that is commented out',
      '>\n  github.com:443\n  #ghcr.io:443',
      'disarmed',
      ['list-comment 11:13'],
    ],
    ['refuses a # behind a port', '>\n  github.com:443#ours', 'disarmed', ['list-comment 10:13']],
    [
      'tells comment and line break apart',
      '|\n  # ours\n  github.com:443',
      'disarmed',
      ['list-comment 10:13', 'list-newline 11:13'],
    ],
    ['refuses the pattern for all', '"*:443"', 'disarmed', ['pattern-matches-all 9:31']],
    ['refuses the pattern for all without a port', '"*"', 'disarmed', ['pattern-matches-all 9:31']],
    [
      'refuses a pattern whose first star is all that counts',
      '"*.*.example.org:443"',
      'disarmed',
      ['pattern-matches-all 9:31'],
    ],
    ['refuses two stars', '"**:80"', 'disarmed', ['pattern-matches-all 9:31']],
    ['refuses a scheme', 'github.com:443 https://ghcr.io:443', 'disarmed', ['endpoint-scheme 9:45']],
    ['refuses a path', 'github.com/acme:443', 'disarmed', ['endpoint-path 9:30']],
    ['refuses a path without a port', 'github.com/acme', 'disarmed', ['endpoint-path 9:30']],
    ['refuses an address', '168.63.129.16:80', 'disarmed', ['endpoint-ip 9:30']],
    ['refuses a range', '10.0.0.0/8:443', 'disarmed', ['endpoint-ip 9:30']],
    ['refuses an address of IPv6', '"[2001:db8::1]:443"', 'disarmed', ['endpoint-ip 9:31']],
    [
      'refuses .internal, which never resolves',
      'metadata.google.internal:80',
      'disarmed',
      ['endpoint-unresolvable 9:30'],
    ],
    ['refuses what is no name', 'github.com;ghcr.io', 'disarmed', ['endpoint-unresolvable 9:30']],
    ['refuses a word', 'github.com:443 and ghcr.io:443', 'disarmed', ['endpoint-unresolvable 9:45']],
    ['holds where a port is no number, with an error', 'example.org:abc', 'holds', ['endpoint-port 9:30']],
    ['holds where a port is too large', 'example.org:70000', 'holds', ['endpoint-port 9:30']],
    [
      'holds where a port is 0 or missing',
      '"example.org:0 example.com:"',
      'holds',
      ['endpoint-port 9:31', 'endpoint-port 9:45'],
    ],
    ['holds where commas separate', 'github.com:443,ghcr.io:443', 'holds', ['endpoint-port 9:30']],
    ['holds where upper case never matches', 'API.GitHub.com:443', 'holds', ['endpoint-upper-case 9:30']],
    ['holds where a pattern has upper case', '"*.GitHub.com:443"', 'holds', ['endpoint-upper-case 9:31']],
    ['takes upper case behind a second star, which is compared with nothing', '"a.*b*A.com:443"', 'holds', []],
    ['holds where it is empty', '""', 'holds', ['default-block-empty 9:30']],
    ['holds where it is nothing', '', 'holds', ['default-block-empty 9:11']],
    [
      'holds where it is a step output, which is empty',
      '${{ steps.a.outputs.b }}',
      'holds',
      ['list-from-step-output 9:30'],
    ],
    [
      'holds with the rest where a part is a step output',
      'github.com:443 ${{ steps.a.outputs.b }}',
      'holds',
      ['list-from-step-output 9:45'],
    ],
    ['leaves an input of the workflow to others', '${{ inputs.list }}', 'delegated', ['policy-expression 9:30']],
    ['leaves the output of another job to others', '${{ needs.a.outputs.b }}', 'delegated', ['policy-expression 9:30']],
    [
      'leaves a part of an entry to others',
      's3.${{ vars.REGION }}.amazonaws.com:443',
      'delegated',
      ['policy-expression 9:33'],
    ],
    [
      'is sure of a comment beside an expression',
      '>\n  ${{ inputs.list }}\n  # ours',
      'disarmed',
      ['list-comment 11:13'],
    ],
  ];
  for (const [what, list, status, places] of cases) {
    it(what, () => {
      const job = withList(list);
      expect(placesOf(job).sort()).to.deep.equal([...places].sort());
      expect(job.status).to.equal(status);
    });
  }

  it('shows what the author meant, and what the agent reads', () => {
    const job = withList('|\n  # ours\n  a.com:443\n  b.com:443');
    expect(job.endpoints).to.deep.equal(['a.com:443', 'b.com:443']);
    expect(job.agentEndpoints).to.deep.equal(['#', 'ours\na.com:443\nb.com:443']);
  });

  it('shows expressions as they are written', () => {
    const job = withList('a.com:443 s3.${{ vars.A }}.x.com ${{ inputs.b }}');
    expect(job.agentEndpoints).to.deep.equal(['a.com:443', 's3.${{ vars.A }}.x.com', '${{ inputs.b }}']);
  });

  it('names what is let out without an entry, the vendor only where telemetry is on', () => {
    const on = jobOf(workflow(harden())).implicit;
    const off = jobOf(workflow(harden({ with: ['disable-telemetry: true', 'allowed-endpoints: a.com:443'] }))).implicit;
    expect(on).to.include('codeload.github.com:443').and.include('agent.api.stepsecurity.io:443');
    expect(off).to.include('codeload.github.com:443').and.not.include('agent.api.stepsecurity.io:443');
  });

  it('says nothing of a list that audit does not use', () => {
    const job = jobOf(workflow(harden({ with: ['egress-policy: audit', 'allowed-endpoints: "# https://x *:443"'] })));
    expect(codesOf(job)).to.deep.equal(['audit-mode']);
    expect(job.endpoints).to.deep.equal([]);
    expect(job.agentEndpoints).to.have.length(3);
  });

  it('is told apart from the header of its scalar', () => {
    const job = withList('> # docs.example.org:443 is for releases\n  github.com:443');
    expect(job).to.deep.include({ status: 'holds', endpoints: ['github.com:443'] });
  });

  it('is dead with a name that the resolver does not know, and unknown names prove nothing', () => {
    const names = new Map([
      ['gone.example.org', 'dead' as const],
      ['slow.example.org', 'unknown' as const],
    ]);
    expect(placesOf(withList('a.com:443 Gone.example.org.:443', { names }))).to.deep.equal([
      'endpoint-unresolvable 9:40',
    ]);
    expect(withList('gone.example.org:443', { names }).status).to.equal('disarmed');
    expect(withList('slow.example.org:443', { names }).status).to.equal('holds');
  });
});

describe('a value from env', () => {
  const list = (env: string, where: 'workflow' | 'job', value = '${{ env.LIST }}') => {
    const [head, before] = where === 'workflow' ? [[`env:`, `  LIST: ${env}`], []] : [[], ['env:', `  LIST: ${env}`]];
    return jobOf(
      workflow(harden({ with: [`allowed-endpoints: ${value}`] }), {
        head,
        before: ['runs-on: ubuntu-latest', ...before],
      }),
    );
  };

  it('is read where it is literal, of the workflow and of the job', () => {
    for (const where of ['workflow', 'job'] as const)
      expect(list('a.com:443 b.com:443', where)).to.deep.include({
        status: 'holds',
        agentEndpoints: ['a.com:443', 'b.com:443'],
      });
  });

  it('is judged at its own place', () => {
    expect(placesOf(list('"a.com:443 #b"', 'workflow'))).to.deep.equal(['list-comment 3:20']);
    expect(placesOf(list('https://a.com', 'workflow', "x.com:443 ${{ env['LIST'] }}"))).to.deep.equal([
      'endpoint-scheme 3:9',
    ]);
  });

  it('is of the job before that of the workflow', () => {
    const job = jobOf(
      workflow(harden({ with: ['egress-policy: ${{ env.P }}', 'allowed-endpoints: a.com'] }), {
        head: ['env:', '  P: audit'],
        before: ['runs-on: ubuntu-latest', 'env:', '  P: block'],
      }),
    );
    expect(job).to.deep.include({ status: 'holds', policy: 'block' });
  });

  it('is decided elsewhere where it is an expression itself, or the step sets it', () => {
    expect(list('${{ inputs.x }}', 'job').status).to.equal('delegated');
    const step = harden({ with: ['allowed-endpoints: ${{ env.LIST }}'], more: ['env:', '  LIST: a.com'] });
    expect(jobOf(workflow(step, { head: ['env:', '  LIST: b.com'] })).status).to.equal('delegated');
  });
});
