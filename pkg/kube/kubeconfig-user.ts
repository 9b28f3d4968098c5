/** Who asks, by a user of a kubeconfig: the headers that sign one request, and a client certificate. */
import type { OutgoingHttpHeaders } from 'node:http';
import { ExecPlugin, type ExecPluginOptions } from './exec-plugin.js';
import type { Entry } from './kubeconfig-entry.js';

/** What signs one request. */
export interface Credential {
  headers: OutgoingHttpHeaders;
  /** Of a plug-in: it may be another one for each request. */
  tls: { cert?: string; key?: string };
}

export interface Signer {
  /** True where something would be sent that others must not read. */
  secret: boolean;
  /** Throws PLUS1_CLUSTER_CONFIG with the field that is at fault. Token files and plug-ins are asked again as they expire. */
  credential(): Promise<Credential>;
}

/** What kubectl once knew, and what does the same now. https://kubernetes.io/docs/reference/config-api/kubeconfig.v1/#AuthInfo */
const PROVIDERS: Readonly<Record<string, string>> = {
  gcp: 'kubectl has it no more; use exec with gke-gcloud-auth-plugin',
  azure: 'kubectl has it no more; use exec with kubelogin',
};
const OTHER_PROVIDER = 'it is not supported; use exec with a credential plug-in, or tokenFile';

/** Throws PLUS1_CLUSTER_CONFIG. */
export function signerOf(user: Entry | undefined, options: ExecPluginOptions): Signer {
  if (user === undefined) return { secret: false, credential: () => Promise.resolve({ headers: {}, tls: {} }) };
  const provider = user.part('auth-provider');
  if (provider !== undefined)
    throw user.fault('auth-provider', PROVIDERS[provider.text('name') ?? ''] ?? OTHER_PROVIDER);
  const impersonation = impersonationOf(user);
  const sign = authorizationOf(user, options);
  const secret = sign !== undefined || user.has('client-certificate') || user.has('client-certificate-data');
  return {
    secret,
    credential: async () => {
      const { headers = {}, tls = {} } = (await sign?.()) ?? {};
      return { headers: { ...headers, ...impersonation }, tls };
    },
  };
}

/** As kubectl chooses: a token file before a token, both before a plug-in; with a password at most one of them. */
function authorizationOf(user: Entry, options: ExecPluginOptions): (() => Promise<Partial<Credential>>) | undefined {
  const [token, tokenFile] = [user.text('token'), user.path('tokenFile')];
  const basic = basicOf(user);
  if (basic !== undefined && (token ?? tokenFile) !== undefined)
    throw user.fault('username', `${token === undefined ? 'tokenFile' : 'token'} is given as well; remove one of them`);
  const part = user.part('exec');
  const plugin = part === undefined ? undefined : new ExecPlugin(part, options);
  if (tokenFile !== undefined)
    return async () => ({ headers: bearerOf(user, 'tokenFile', await textOf(user, tokenFile, options.life)) });
  if (token !== undefined) return async () => ({ headers: bearerOf(user, 'token', token) });
  if (basic !== undefined) return async () => ({ headers: { Authorization: `Basic ${basic}` } });
  if (plugin === undefined) return undefined;
  return async () => {
    const { token: printed, ...tls } = await plugin.credential();
    return { headers: printed === undefined ? {} : bearerOf(user, 'exec', printed), tls };
  };
}

function basicOf(user: Entry): string | undefined {
  const [username, password] = [user.text('username'), user.text('password')];
  if (username === undefined && password === undefined) return undefined;
  return Buffer.from(`${username ?? ''}:${password ?? ''}`).toString('base64');
}

/** Read for each request: the file is replaced as the token expires. */
const textOf = async (user: Entry, file: string, signal: AbortSignal): Promise<string> =>
  (await user.read('tokenFile', file, signal)).toString('utf8');

/** A file that was written by hand ends in a line break, which no header may hold. */
function bearerOf(user: Entry, field: string, text: string): OutgoingHttpHeaders {
  const token = text.trim();
  if (token === '') throw user.fault(field, 'the token is empty');
  if (!/^[\x21-\x7e]+$/.test(token))
    throw user.fault(field, 'the token has characters that no token has, like a line end');
  return { Authorization: `Bearer ${token}` };
}

/** https://kubernetes.io/docs/reference/access-authn-authz/authentication/#user-impersonation */
function impersonationOf(user: Entry): OutgoingHttpHeaders {
  const [name, uid, groups, extra] = [
    user.text('as'),
    user.text('as-uid'),
    user.texts('as-groups'),
    user.part('as-user-extra'),
  ];
  const more = Object.entries({ 'as-uid': uid, 'as-groups': groups[0], 'as-user-extra': extra });
  const [without] = more.find(([, value]) => value !== undefined) ?? [];
  if (name === undefined && without !== undefined) throw user.fault(without, 'it needs as, the name of the user');
  const headers: Record<string, string | string[]> = {};
  const add = (header: string, field: string, values: string[]): void => {
    if (values.some((value) => !/^[\x20-\x7e]*$/.test(value)))
      throw user.fault(field, 'a header cannot hold its characters; allowed: those of ASCII that are seen, and blanks');
    if (values.length > 0) headers[header] = values;
  };
  if (name !== undefined) add('Impersonate-User', 'as', [name]);
  if (uid !== undefined) add('Impersonate-Uid', 'as-uid', [uid]);
  add('Impersonate-Group', 'as-groups', groups);
  for (const key of Object.keys(extra?.fields ?? {}))
    add(`Impersonate-Extra-${headerName(key)}`, 'as-user-extra', extra?.texts(key) ?? []);
  return headers;
}

/** What no header's name may hold, and the percent sign, as percent escapes: the API server takes them back. */
const headerName = (key: string): string =>
  [...Buffer.from(key, 'utf8')]
    .map((byte) => {
      const char = String.fromCharCode(byte);
      return /[A-Za-z0-9!#$&'*+.^_`|~-]/.test(char) ? char : `%${byte.toString(16).toUpperCase().padStart(2, '0')}`;
    })
    .join('');
