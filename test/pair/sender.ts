/** Which process sent a request: the one that has the client's end of its connection open. Linux alone tells (proc(5)). */
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';

/** The established connections of IPv4, a line each: number, local address, remote address, state, …, inode. */
const CONNECTIONS = '/proc/net/tcp';

/** The one of `pids` that has this local port; undefined where none has, as of a process that has ended since. */
export function senderOf(port: number, pids: readonly number[]): number | undefined {
  const inode = inodeOf(port);
  return inode === undefined ? undefined : pids.find((pid) => openSockets(pid).has(`socket:[${inode}]`));
}

function inodeOf(port: number): string | undefined {
  const local = `:${port.toString(16).toUpperCase().padStart(4, '0')}`;
  const lines = readFileSync(CONNECTIONS, 'utf8').split('\n').slice(1);
  const fields = lines.map((line) => line.trim().split(/\s+/)).find(([, address]) => address?.endsWith(local));
  return fields?.[9];
}

function openSockets(pid: number): Set<string> {
  const folder = `/proc/${pid}/fd`;
  const links = new Set<string>();
  for (const name of safely(() => readdirSync(folder), []))
    links.add(safely(() => readlinkSync(`${folder}/${name}`), ''));
  return links;
}

/** It may end while it is looked at. */
function safely<T>(read: () => T, otherwise: T): T {
  try {
    return read();
  } catch {
    return otherwise;
  }
}
