/** A mail server with STARTTLS and a password, or without either. */
import type { AddressInfo } from 'node:net';
import { SMTPServer } from 'smtp-server';

export interface Mail {
  from: string;
  to: string[];
  /** Headers and body, as they came. */
  text: string;
  isEncrypted: boolean;
}

export interface MailServerOptions {
  key: string;
  cert: string;
  /** No STARTTLS is offered. */
  isPlain?: boolean;
  username?: string;
  password?: string;
  /** Recipients that it does not take. */
  refused?: readonly string[];
}

export class MailServer {
  readonly mails: Mail[] = [];
  readonly #server: SMTPServer;

  constructor({ key, cert, isPlain, username, password, refused = [] }: MailServerOptions) {
    this.#server = new SMTPServer({
      key,
      cert,
      logger: false,
      authOptional: username === undefined,
      disabledCommands: [...(isPlain === true ? ['STARTTLS'] : []), ...(username === undefined ? ['AUTH'] : [])],
      onAuth: (auth, _session, done) =>
        auth.username === username && auth.password === password
          ? done(null, { user: auth.username })
          : done(Object.assign(new Error('Invalid username or password'), { responseCode: 535 })),
      onRcptTo: ({ address }, _session, done) =>
        refused.includes(address)
          ? done(Object.assign(new Error('No such user here'), { responseCode: 550 }))
          : done(null),
      onData: (stream, session, done) => {
        const chunks: Buffer[] = [];
        stream.on('data', (chunk: Buffer) => chunks.push(chunk));
        stream.on('end', () => {
          const { mailFrom, rcptTo } = session.envelope;
          this.mails.push({
            from: mailFrom === false ? '' : mailFrom.address,
            to: rcptTo.map(({ address }) => address),
            text: Buffer.concat(chunks).toString('utf8'),
            isEncrypted: session.secure,
          });
          done();
        });
      },
    });
    this.#server.on('error', () => undefined);
  }

  async start(): Promise<this> {
    await new Promise<void>((resolve) => void this.#server.listen(0, '127.0.0.1', resolve));
    return this;
  }

  get port(): number {
    return (this.#server.server.address() as AddressInfo).port;
  }

  close(): Promise<void> {
    return new Promise((resolve) => void this.#server.close(resolve));
  }
}
