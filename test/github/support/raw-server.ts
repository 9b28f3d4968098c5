/** A TCP server on port 0 that does to each connection what a test says: for answers that no HTTP server would give. */
import { createServer, type AddressInfo, type Socket } from 'node:net';

export interface RawServer {
  url: string;
  port: number;
  /** Connections so far. */
  connections: () => number;
  close(): Promise<void>;
}

export async function serveRaw(act: (socket: Socket, index: number) => void): Promise<RawServer> {
  const sockets = new Set<Socket>();
  let connections = 0;
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined).on('close', () => sockets.delete(socket));
    act(socket, (connections += 1) - 1);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    port,
    connections: () => connections,
    close: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** Reads the head of each request on the socket and answers with these bytes. */
export const answerWith =
  (bytes: string) =>
  (socket: Socket): void => {
    let head = '';
    socket.on('data', (chunk) => {
      head += chunk.toString('latin1');
      if (!head.includes('\r\n\r\n')) return;
      head = '';
      socket.write(bytes);
    });
  };
