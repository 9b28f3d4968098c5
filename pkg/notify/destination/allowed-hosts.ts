/** `--notify-allowed-host HOST[:PORT]`: hosts that may be private, and be reached by http. Pure. */

export interface Destination {
  /** As `URL` writes it: lower case, IPv6 in brackets. */
  hostname: string;
  port: number;
}

export class AllowedHosts {
  readonly #hosts: ReadonlySet<string>;

  constructor(hosts: readonly string[]) {
    this.#hosts = new Set(hosts.map((host) => host.toLowerCase()));
  }

  /** A host without a port is allowed with every one. */
  has({ hostname, port }: Destination): boolean {
    const name = hostname.toLowerCase();
    return this.#hosts.has(name) || this.#hosts.has(`${name}:${port}`);
  }
}
