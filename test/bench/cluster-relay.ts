/** A TCP relay in front of the API server that counts what goes through, TLS included, and looks into nothing. */
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';

export class Relay {
  /** From the API server to the controller, and the other way. */
  down = 0;
  up = 0;
  /** Connections made so far. */
  connections = 0;
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();

  private constructor(port: number) {
    this.#server = createServer((client) => {
      const server = connect(port, '127.0.0.1');
      this.connections += 1;
      client.on('data', (chunk) => (this.up += chunk.byteLength));
      server.on('data', (chunk) => (this.down += chunk.byteLength));
      this.#join(client, server);
      this.#join(server, client);
    });
  }

  static async open(target: string): Promise<Relay> {
    const relay = new Relay(Number(new URL(target).port));
    await new Promise<void>((resolve) => relay.#server.listen(0, '127.0.0.1', resolve));
    return relay;
  }

  get url(): string {
    return `https://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  close(): void {
    this.#server.close();
    for (const socket of this.#sockets) socket.destroy();
  }

  #join(from: Socket, to: Socket): void {
    this.#sockets.add(from);
    from.pipe(to);
    from.once('error', () => to.destroy());
    from.once('close', () => {
      this.#sockets.delete(from);
      to.destroy();
    });
  }
}
