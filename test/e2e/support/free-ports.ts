/**
 * Ports that nobody listens on. They are free when this returns and not reserved: code that uses them must be ready to
 * find one taken, and ask again.
 */
import { createServer, type AddressInfo, type Server } from 'node:net';

/** `count` different ports of 127.0.0.1. */
export async function freePorts(count: number): Promise<number[]> {
  // All are held before the first is let go, so that none comes twice.
  const servers = await Promise.all(Array.from({ length: count }, listen));
  const ports = servers.map((server) => (server.address() as AddressInfo).port);
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  return ports;
}

function listen(): Promise<Server> {
  const server = createServer();
  return new Promise((resolve, reject) => {
    server.once('error', reject).listen(0, '127.0.0.1', () => resolve(server));
  });
}
