import { expect } from 'chai';
import { Plus1Error } from '../../pkg/errors/index.js';
import { formatAddress, parseAddress } from '../../pkg/server/address.js';

describe('an address to listen on', () => {
  const good = [
    { text: ':8080', means: { port: 8080 }, reason: 'no host is all interfaces' },
    { text: ':0', means: { port: 0 }, reason: 'port 0 is any port' },
    { text: '127.0.0.1:8081', means: { host: '127.0.0.1', port: 8081 }, reason: 'IPv4' },
    { text: '[::1]:8080', means: { host: '::1', port: 8080 }, reason: 'IPv6 in brackets' },
    { text: 'LocalHost:65535', means: { host: 'localhost', port: 65535 }, reason: 'names have no case' },
    { text: '0', means: undefined, reason: 'off' },
  ];
  for (const { text, means, reason } of good) {
    it(`is ${JSON.stringify(text)}: ${reason}`, () => {
      expect(parseAddress(text, '--metrics-address')).to.deep.equal(means);
    });
  }

  const bad = [
    { text: '', reason: 'empty' },
    { text: '8080', reason: 'a port without its colon' },
    { text: 'localhost', reason: 'no port' },
    { text: 'localhost:', reason: 'an empty port' },
    { text: ':65536', reason: 'a port out of range' },
    { text: ':80a', reason: 'a port that is no number' },
    { text: ':-1', reason: 'a negative port' },
    { text: '::1:8080', reason: 'IPv6 without brackets is ambiguous' },
    { text: '[localhost]:80', reason: 'brackets around a name' },
    { text: '[]:80', reason: 'brackets around nothing' },
    { text: 'http://localhost:80', reason: 'a URL' },
    { text: 'local host:80', reason: 'a blank in it' },
    { text: ' :80', reason: 'a blank before it' },
    { text: 'off', reason: 'off is written 0' },
  ];
  for (const { text, reason } of bad) {
    it(`is not ${JSON.stringify(text)}: ${reason}`, () => {
      const parse = (): unknown => parseAddress(text, '--health-address');
      expect(parse).to.throw(Plus1Error, '--health-address').with.property('code', 'PLUS1_USAGE');
    });
  }

  it('is written as it was read', () => {
    for (const text of [':8080', '[::1]:8080', '127.0.0.1:1']) {
      expect(formatAddress(parseAddress(text, 'f') ?? { port: -1 })).to.equal(text);
    }
  });
});
