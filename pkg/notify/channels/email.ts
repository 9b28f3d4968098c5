/** Mail, by SMTP through nodemailer: always encrypted, but to a host that never leaves the machine. */
import { isLoopback } from '../../api/index.js';
import { foreignLine } from '../../text/index.js';
import { DestinationFault, type DestinationGuard } from '../destination/guard.js';
import { identityOf, type Message } from '../message.js';
import { required, SecretFault, type ChannelSecret, type Failure, type Verdict } from './channel.js';
import { mailText } from './mail-text.js';

const CONNECT_MS = 10_000;
const SOCKET_MS = 20_000;
/** Submission with TLS from the first byte. https://www.rfc-editor.org/rfc/rfc8314 */
const TLS_PORT = 465;
const DEFAULT_PORT = 587;
const ADDRESS = /^[^\s@<>,;:"()[\]\\]{1,64}@[A-Za-z0-9.-]{1,253}$/;

export interface MailServer {
  host: string;
  port: number;
  from: string;
  username?: string;
  password?: string;
  caCert?: string;
}

/** Throws a `SecretFault`. */
export function mailServer(secret: ChannelSecret): MailServer {
  const port = Number(secret['port']?.trim() ?? DEFAULT_PORT);
  if (!Number.isInteger(port) || port < 1 || port > 65_535)
    throw new SecretFault('port is not a number from 1 to 65535');
  const host = required(secret, 'host');
  if (!/^[A-Za-z0-9.:[\]-]+$/.test(host)) throw new SecretFault('host is not the name of a host');
  const from = required(secret, 'from');
  if (!ADDRESS.test(from)) throw new SecretFault('from is not a mail address such as plus1@example.com');
  const [username, password, caCert] = ['username', 'password', 'ca.crt'].map((key) => secret[key]);
  return { host, port, from, ...(username && { username }), ...(password && { password }), ...(caCert && { caCert }) };
}

/** Sends one message to all of them. Never throws what the server says; throws where the signal aborts, and a `SecretFault`. */
export async function sendMail(
  message: Message,
  { to, secret, guard }: { to: readonly string[]; secret: ChannelSecret; guard: DestinationGuard },
  signal: AbortSignal,
): Promise<Verdict> {
  const server = mailServer(secret);
  const { createTransport } = await import('nodemailer');
  try {
    const [address] = await guard.addresses({ hostname: server.host.toLowerCase(), port: server.port });
    const transport = createTransport(transportOptions(server, address ?? server.host));
    const close = (): void => transport.close();
    signal.addEventListener('abort', close, { once: true });
    try {
      const { accepted, rejected, response } = await transport.sendMail(mail(message, server.from, to));
      return accepted.length > 0 ? sent(accepted.length, rejected.length) : refused(String(response));
    } finally {
      signal.removeEventListener('abort', close);
      transport.close();
    }
  } catch (thrown) {
    signal.throwIfAborted();
    return failureOf(thrown, server);
  }
}

const sent = (accepted: number, rejected: number): Verdict => ({
  kind: 'sent',
  detail: rejected === 0 ? `taken for ${accepted}` : `taken for ${accepted}, refused for ${rejected} recipients`,
});

/** The address is one that was just judged; the certificate must be that of the name. */
function transportOptions({ host, port, username, password, caCert }: MailServer, address: string): object {
  const isLocal = isLoopback(host.toLowerCase());
  const isNamed = !/^[0-9.]+$|:/.test(host);
  return {
    ...{ host: address, port, secure: port === TLS_PORT, requireTLS: port !== TLS_PORT && !isLocal },
    tls: { minVersion: 'TLSv1.2', ...(isNamed && { servername: host }), ...(caCert !== undefined && { ca: caCert }) },
    ...(username !== undefined && { auth: { user: username, pass: password ?? '' } }),
    ...{ connectionTimeout: CONNECT_MS, greetingTimeout: CONNECT_MS, socketTimeout: SOCKET_MS },
    ...{ disableFileAccess: true, disableUrlAccess: true, logger: false, name: 'plus1' },
  };
}

/** Addresses are objects: texts would be read as lists of them. */
function mail(message: Message, from: string, to: readonly string[]): object {
  const thread = `<${Buffer.from(identityOf(message)).toString('base64url').slice(0, 120)}@plus1>`;
  return {
    from: { name: 'Plus1', address: from },
    to: to.map((address) => ({ name: '', address })),
    ...mailText(message),
    messageId: `<${message.id}@plus1>`,
    // Mail programs show what is open and its end as one conversation.
    inReplyTo: thread,
    references: thread,
    headers: { 'Auto-Submitted': 'auto-generated' },
  };
}

/** What nodemailer says: `code` is its own word, `response` that of the server. */
interface MailError {
  code?: string;
  responseCode?: number;
  response?: string;
}

function failureOf(thrown: unknown, { host, port }: MailServer): Failure {
  if (thrown instanceof DestinationFault)
    return { kind: 'retry', reason: 'DestinationRefused', why: thrown.message, fix: thrown.fix };
  const { code = 'unknown', responseCode, response = '' } = thrown as MailError;
  const words = foreignLine(response, 200);
  const why = words === '' ? `${host}:${port}: ${code}` : `${host}:${port}: ${words}`;
  if (code === 'ETLS')
    return {
      kind: 'retry',
      reason: 'DestinationRefused',
      why: `${why}: no STARTTLS`,
      fix: 'use a server that offers STARTTLS, or port 465',
    };
  if (code === 'EAUTH')
    return { kind: 'retry', reason: 'Unauthorized', why, fix: 'check username and password in the Secret' };
  if (responseCode !== undefined && responseCode >= 500) return { ...refused(words), why };
  if (responseCode !== undefined)
    return { kind: 'retry', reason: 'Unavailable', why, fix: 'wait; Plus1 tries again by itself' };
  return {
    kind: 'retry',
    reason: 'Unreachable',
    why,
    fix: 'check host, port and ca.crt in the Secret, and the way to the server',
  };
}

const refused = (words: string): Failure => ({
  kind: 'refused',
  reason: 'Rejected',
  why: foreignLine(words, 200),
  fix: 'check from in the Secret, and the addresses in `to`: the mail server does not take them',
});
