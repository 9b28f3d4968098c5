/**
 * A simulator at the address that the pages name: what is said to https://api.github.com through this proxy reaches it.
 * The pages can then be typed as they stand, and the way to GitHub (proxy, TLS, own CA) is the one that users have.
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { connect, type AddressInfo, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createServer as createTLSServer } from 'node:tls';
import { startGitHub, type GitHubSimulator, type Organization } from '../fakes/github/index.js';

const HOST = 'api.github.com';

export class DocsGitHub {
  readonly simulator: GitHubSimulator;
  readonly #folder: string;
  readonly #proxy: Server;
  readonly #sockets = new Set<Socket>();

  private constructor(simulator: GitHubSimulator, folder: string) {
    this.simulator = simulator;
    this.#folder = folder;
    const key = { key: readFileSync(join(folder, 'key.pem')), cert: readFileSync(join(folder, 'cert.pem')) };
    const front = createTLSServer(key, (socket) => {
      const upstream = connect(Number(new URL(simulator.url).port), '127.0.0.1');
      this.#join(socket, upstream);
    });
    this.#proxy = createServer((_, response) => response.writeHead(405).end());
    this.#proxy.on('connect', (request, client: Socket) => {
      // Nothing of a test may go anywhere else.
      if (request.url !== `${HOST}:443`) return void client.end('HTTP/1.1 403 Forbidden\r\n\r\n');
      client.write('HTTP/1.1 200 OK\r\n\r\n');
      this.#sockets.add(client);
      front.emit('connection', client);
    });
  }

  static async start(organizations: Organization[]): Promise<DocsGitHub> {
    const folder = mkdtempSync(join(tmpdir(), 'plus1-docs-github-'));
    const [key, cert] = [join(folder, 'key.pem'), join(folder, 'cert.pem')];
    const subject = ['-subj', `/CN=${HOST}`, '-addext', `subjectAltName=DNS:${HOST}`];
    const files = ['-keyout', key, '-out', cert];
    const made = ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '2', ...files, ...subject];
    execFileSync('openssl', made, { stdio: 'ignore' });
    const github = new DocsGitHub(await startGitHub({ organizations }), folder);
    await new Promise<void>((resolve) => github.#proxy.listen(0, '127.0.0.1', resolve));
    return github;
  }

  /** For the people who shall see this GitHub. The API server of the tests is on the loopback, and reached directly. */
  get env(): Record<string, string> {
    const { port } = this.#proxy.address() as AddressInfo;
    return {
      HTTPS_PROXY: `http://127.0.0.1:${port}`,
      NO_PROXY: '127.0.0.1',
      NODE_EXTRA_CA_CERTS: join(this.#folder, 'cert.pem'),
    };
  }

  async close(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    await new Promise((resolve) => this.#proxy.close(resolve));
    await this.simulator.close();
    rmSync(this.#folder, { recursive: true, force: true });
  }

  #join(...[a, b]: [Socket, Socket]): void {
    for (const [socket, other] of [
      [a, b],
      [b, a],
    ] as const) {
      this.#sockets.add(socket);
      socket.on('error', () => other.destroy());
      socket.on('close', () => {
        this.#sockets.delete(socket);
        other.destroy();
      });
    }
    a.pipe(b).pipe(a);
  }
}
