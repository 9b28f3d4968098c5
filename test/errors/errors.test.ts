import { expect } from 'chai';
import { STALLED_REASONS, UNREADY_REASONS } from '../../pkg/api/index.js';
import {
  CATALOGUE,
  errorLine,
  hasCode,
  Plus1Error,
  toPlus1Error,
  type ErrorCode,
  type ErrorEntry,
} from '../../pkg/errors/index.js';

const entries = Object.entries(CATALOGUE) as [ErrorCode, ErrorEntry][];

describe('the catalogue of errors', () => {
  for (const [code, entry] of entries) {
    it(`${code} says what happened and what to do, each as one sentence`, () => {
      expect(code).to.match(/^PLUS1_[A-Z]+(_[A-Z]+)*$/);
      expect(entry.meaning).to.match(/^[A-Z].*\.$/);
      // The line that a person sees ends the sentence itself.
      expect(entry.fix).to.match(/^[a-z].*[^.]$/);
      expect(`${entry.meaning}${entry.fix}`).to.not.match(/[\n\r|]/);
    });

    it(`${code} has a reason that fits its class`, () => {
      const reasons: readonly string[] = {
        configuration: STALLED_REASONS,
        transient: UNREADY_REASONS,
        data: UNREADY_REASONS,
        // A wrong command line; where a policy is behind it, the loop is Stalled.
        usage: STALLED_REASONS,
      }[entry.class];
      expect(reasons).to.include(entry.reason);
    });
  }

  /** Kind: a reason that names another part than the one that failed, so that an alert on it wakes the wrong people. */
  const parts: [code: RegExp, reason: string][] = [
    [/^PLUS1_GITHUB_/, 'GitHubUnavailable'],
    [/^PLUS1_(STATE|STATUS|OUTPUT)_/, 'StateUnavailable'],
    [/^PLUS1_(CLUSTER_UNAVAILABLE|LEASE_LOST)$/, 'ClusterUnavailable'],
    [/^PLUS1_TIMEOUT$/, 'TimedOut'],
    [/^PLUS1_INTERRUPTED$/, 'Interrupted'],
    [/^PLUS1_INTERNAL$/, 'InternalError'],
    [/^PLUS1_JOURNAL_/, 'JournalUnavailable'],
  ];
  for (const [code, reason] of parts) {
    it(`gives ${reason} to ${code.source}, and to no other code`, () => {
      const bearers = entries.filter(([, entry]) => entry.reason === reason).map(([each]) => each);
      expect(bearers).to.have.members(entries.map(([each]) => each).filter((each) => code.test(each)));
    });
  }

  it('says something different of every code', () => {
    expect(new Set(entries.map(([, { meaning }]) => meaning)).size).to.equal(entries.length);
  });
});

describe('Plus1Error', () => {
  it('takes class, reason and what to do from the catalogue', () => {
    const error = new Plus1Error('PLUS1_TOKEN_REJECTED', 'GitHub answered 401');
    expect(error).to.include({
      name: 'Plus1Error',
      code: 'PLUS1_TOKEN_REJECTED',
      class: 'configuration',
      reason: 'AuthenticationFailed',
    });
    expect(error.fix).to.equal(CATALOGUE.PLUS1_TOKEN_REJECTED.fix);
    expect(error.retryAt).to.equal(undefined);
    expect(error).not.to.have.property('cause');
  });

  it('keeps a cause, a time to try again and a more exact way to fix it', () => {
    const cause = new Error('inner');
    const error = new Plus1Error('PLUS1_RATE_LIMITED', 'wait', { cause, retryAt: 7, fix: 'wait until noon' });
    expect(error).to.include({ cause, retryAt: 7, fix: 'wait until noon' });
  });

  const lines: { message: string; is: string; reason: string }[] = [
    { message: 'a\nb\r\n{"level":"error"}', is: 'a b {"level":"error"}', reason: 'no second log line' },
    { message: '\u001b[31mred\u0007', is: '[31mred', reason: 'no terminal sequences' },
    { message: 'a\u2028b\u2029c\u0085d', is: 'a b c d', reason: 'no other line ends' },
    { message: '  padded  ', is: 'padded', reason: 'no blanks around it' },
  ];
  for (const { message, is, reason } of lines) {
    it(`holds a message to one line: ${reason}`, () => {
      expect(new Plus1Error('PLUS1_INTERNAL', message).message).to.equal(is);
    });
  }

  it('is told in one line with its code and what to do', () => {
    const error = new Plus1Error('PLUS1_USAGE', 'no such flag --x');
    expect(errorLine(error)).to.equal('PLUS1_USAGE: no such flag --x. Fix: run the command with --help.');
  });

  it('does not end a sentence twice', () => {
    const error = new Plus1Error('PLUS1_GITHUB_UNAVAILABLE', 'Bad gateway.', { fix: 'wait a little.' });
    expect(errorLine(error)).to.equal('PLUS1_GITHUB_UNAVAILABLE: Bad gateway. Fix: wait a little.');
  });
});

describe('hasCode', () => {
  it('knows an error by its code, and nothing else', () => {
    const error = new Plus1Error('PLUS1_TIMEOUT', 'late');
    expect(hasCode(error, 'PLUS1_TIMEOUT')).to.equal(true);
    expect(hasCode(error, 'PLUS1_USAGE')).to.equal(false);
    expect(hasCode({ code: 'PLUS1_TIMEOUT' }, 'PLUS1_TIMEOUT')).to.equal(false);
  });
});

describe('toPlus1Error', () => {
  it('passes errors of the catalogue through', () => {
    const error = new Plus1Error('PLUS1_TIMEOUT', 'late');
    expect(toPlus1Error(error)).to.equal(error);
  });

  const rows: { thrown: unknown; message: string; reason: string }[] = [
    { thrown: new TypeError('x is undefined'), message: 'TypeError: x is undefined', reason: 'an error' },
    { thrown: 'boom', message: 'boom', reason: 'a string' },
    { thrown: undefined, message: 'something of type undefined was thrown', reason: 'nothing' },
    {
      thrown: Object.create(null),
      message: 'something of type object was thrown',
      reason: 'an object that has no text',
    },
    {
      thrown: { toString: () => 'token=hunter2' },
      message: 'something of type object was thrown',
      reason: 'an object that may hold a secret',
    },
    { thrown: Symbol('x'), message: 'something of type symbol was thrown', reason: 'a symbol' },
  ];
  for (const { thrown, message, reason } of rows) {
    it(`makes ${reason} a fault of ours, with the cause kept`, () => {
      const error = toPlus1Error(thrown);
      expect([error.code, error.message]).to.deep.equal(['PLUS1_INTERNAL', message]);
      expect(error.cause).to.equal(thrown);
    });
  }
});
