/**
 * Which IP addresses a message may go to: the public ones. All that IANA keeps for other purposes is refused, with what leads into it.
 * https://www.iana.org/assignments/iana-ipv4-special-registry https://www.iana.org/assignments/iana-ipv6-special-registry
 * An IPv4 address within an IPv6 one is judged by the rules of IPv4 (`::ffff:0:0/96`), but not that behind NAT64 or a translator. Of IPv6 nothing
 * but 2000::/3 is given to anybody: https://www.iana.org/assignments/ipv6-address-space
 */
import { BlockList, isIP } from 'node:net';

const REFUSED_V4: readonly (readonly [string, number])[] = [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  // Carriers, and the metadata service of Alibaba Cloud.
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  // Link-local, and the metadata services of most clouds.
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.88.99.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 4],
  ['240.0.0.0', 4],
  // The host of a virtual machine, in Azure. https://learn.microsoft.com/azure/virtual-network/what-is-ip-address-168-63-129-16
  ['168.63.129.16', 32],
];

const GIVEN_V6: readonly (readonly [string, number])[] = [
  ['2000::', 3],
  ['::ffff:0:0', 96],
];

const REFUSED_V6: readonly (readonly [string, number])[] = [
  // What protocols have for themselves: Teredo holds IPv4 addresses, as 6to4 does.
  ['2001::', 23],
  ['2001:db8::', 32],
  ['2002::', 16],
  ['3fff::', 20],
];

const refused = new BlockList();
for (const [address, bits] of REFUSED_V4) refused.addSubnet(address, bits, 'ipv4');
for (const [address, bits] of REFUSED_V6) refused.addSubnet(address, bits, 'ipv6');

const given = new BlockList();
for (const [address, bits] of GIVEN_V6) given.addSubnet(address, bits, 'ipv6');

/** False for what is no address. */
export function isPublicAddress(address: string): boolean {
  // A zone names an interface of this machine.
  const family = address.includes('%') ? 0 : isIP(address);
  if (family === 4) return !refused.check(address, 'ipv4');
  return family === 6 && given.check(address, 'ipv6') && !refused.check(address, 'ipv6');
}
