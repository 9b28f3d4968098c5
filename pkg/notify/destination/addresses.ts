/**
 * Which IP addresses a message may go to: the public ones. All that IANA keeps for other purposes is refused, with what leads into it.
 * https://www.iana.org/assignments/iana-ipv4-special-registry https://www.iana.org/assignments/iana-ipv6-special-registry
 * An IPv4 address within an IPv6 one is judged by the rules of IPv4 (`::ffff:0:0/96`), but not that behind NAT64.
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

const REFUSED_V6: readonly (readonly [string, number])[] = [
  // Unspecified, loopback, and IPv4 addresses of an old form.
  ['::', 96],
  // NAT64 leads to IPv4 addresses, also to private ones.
  ['64:ff9b::', 96],
  ['64:ff9b:1::', 48],
  ['100::', 64],
  // Teredo and 6to4 hold IPv4 addresses.
  ['2001::', 32],
  ['2001:db8::', 32],
  ['2002::', 16],
  ['3fff::', 20],
  ['5f00::', 16],
  ['fc00::', 7],
  ['fe80::', 10],
  ['fec0::', 10],
  ['ff00::', 8],
];

const refused = new BlockList();
for (const [address, bits] of REFUSED_V4) refused.addSubnet(address, bits, 'ipv4');
for (const [address, bits] of REFUSED_V6) refused.addSubnet(address, bits, 'ipv6');

/** False for what is no address. */
export function isPublicAddress(address: string): boolean {
  // A zone names an interface of this machine.
  const family = address.includes('%') ? 0 : isIP(address);
  return family !== 0 && !refused.check(address, family === 4 ? 'ipv4' : 'ipv6');
}
