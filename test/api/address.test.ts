import { expect } from 'chai';
import { addressFault, isLoopback } from '../../pkg/api/index.js';

describe('API addresses', () => {
  const good = [
    'https://api.github.com',
    'https://ghes.example.com:8443/api/v3/',
    'https://api.acme.ghe.com',
    'HTTPS://API.GITHUB.COM',
    'https://10.0.0.255:65535/api/v3',
    'https://[2001:db8::1]/api/v3',
    'https://ghes_test.example.com./a%20b@c',
    'http://localhost:3000',
    'http://LOCALHOST',
    'http://127.0.0.1:3000',
    'http://127.255.0.3',
    'http://[::1]:3000',
  ];
  for (const address of good) it(`accept ${address}`, () => expect(addressFault(address)).to.equal(undefined));

  const bad: { address: string; says: RegExp; reason: string }[] = [
    { address: '', says: /https URL/, reason: 'nothing' },
    { address: 'api.github.com', says: /https URL/, reason: 'no scheme' },
    { address: 'ftp://api.github.com', says: /https URL/, reason: 'another scheme' },
    { address: 'file:///etc/passwd', says: /https URL/, reason: 'a file' },
    { address: 'https:api.github.com', says: /https URL/, reason: 'no slashes' },
    { address: ' https://api.github.com', says: /https URL/, reason: 'a blank before it' },
    { address: 'https://api.github.com ', says: /absolute URL/, reason: 'a blank after it' },
    { address: 'https://api.git\nhub.com', says: /absolute URL/, reason: 'the parser would drop the line end' },
    {
      address: 'https://api.github.com\\@evil.example',
      says: /user and password/,
      reason: 'parsers differ on a backslash',
    },
    { address: 'https://api.github.com\\.evil.example', says: /absolute URL/, reason: 'a backslash that is no slash' },
    { address: 'https://bücher.example', says: /absolute URL/, reason: 'a name that is not ASCII' },
    { address: 'http://127.1', says: /absolute URL/, reason: 'a short form that only some parsers know' },
    { address: 'https://1.2.3', says: /absolute URL/, reason: 'a short form of an IPv4 address' },
    { address: 'https://0x7f000001', says: /absolute URL/, reason: 'an IPv4 address in hexadecimal' },
    { address: 'https://256.1.1.1', says: /absolute URL/, reason: 'no IPv4 address' },
    { address: 'https://host:0', says: /absolute URL/, reason: 'no port' },
    { address: 'https://host:65536', says: /absolute URL/, reason: 'a port beyond the last' },
    { address: 'https://host/%zz', says: /absolute URL/, reason: 'a broken escape' },
    { address: 'https://[:::]', says: /absolute URL/, reason: 'no IPv6 address' },
    { address: 'https://', says: /absolute URL/, reason: 'no host' },
    { address: 'http://api.github.com', says: /plain http goes to loopback/, reason: 'a token in the clear' },
    { address: 'http://localhost.evil.example', says: /plain http/, reason: 'a name that only begins like loopback' },
    { address: 'http://127.0.0.1.nip.io', says: /plain http/, reason: 'a name that only looks like loopback' },
    { address: 'http://0.0.0.0', says: /plain http/, reason: 'all interfaces are not loopback' },
    { address: 'http://[::2]', says: /plain http/, reason: 'the neighbour of loopback' },
    { address: 'https://user@host', says: /user and password/, reason: 'a user' },
    { address: 'https://:secret@host', says: /user and password/, reason: 'a password' },
    { address: 'https://host?token=x', says: /query/, reason: 'a query' },
    { address: 'https://host?', says: /query/, reason: 'an empty query' },
    { address: 'https://host#x', says: /query and fragment/, reason: 'a fragment' },
  ];
  for (const { address, says, reason } of bad) {
    it(`refuse ${JSON.stringify(address)}: ${reason}`, () => expect(addressFault(address)).to.match(says));
  }

  it('never repeat the address in the fault: it may hold a password', () => {
    expect(addressFault('https://user:hunter2@host')).to.not.contain('hunter2');
  });
});

describe('isLoopback', () => {
  for (const name of ['localhost', 'LocalHost', '127.0.0.1', '127.1.2.3', '[::1]']) {
    it(`${name} never leaves the machine`, () => expect(isLoopback(name)).to.equal(true));
  }
  for (const name of ['', 'localhost.', 'xlocalhost', '128.0.0.1', '127.0.0', '::1', '[::11]', '10.0.0.1']) {
    it(`${JSON.stringify(name)} may`, () => expect(isLoopback(name)).to.equal(false));
  }
});
