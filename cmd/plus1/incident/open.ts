/** `plus1 incident open`: writes the document of a new incident. The next pass of its policy acts on it. */
import { resolve } from 'node:path';
import { DEFAULT_NAMESPACE, INCIDENT_KIND, KIND } from '../../../pkg/api/index.js';
import { faultText } from '../../../pkg/base/index.js';
import { Plus1Error } from '../../../pkg/errors/index.js';
import { declaredIn, keyString, type PolicyKey } from '../../../pkg/policies/index.js';
import { printable, printableYAML } from '../../../pkg/text/index.js';
import { EXIT, type CommandIO } from '../io.js';
import { makePoliciesFile } from '../policies-file.js';
import { policyFlag } from '../policy-flag.js';
import { reporting } from '../program.js';
import { defined, documentOf, isolationOf, type IsolationFlags, type Mapping } from './document.js';

export interface OpenOptions extends IsolationFlags {
  policy: string;
  title: string;
  reason: string;
  owner: string;
  severity: string;
  commander?: string;
  detectedAt?: string;
  ticket?: string;
  action: string[];
  endpoint: string[];
  windowStart?: string;
  windowEnd?: string;
  drill: boolean;
}

/** The exit code. */
export const runOpen = (name: string, options: OpenOptions, io: CommandIO): Promise<number> =>
  reporting(io, async () => {
    const { name: policy, namespace } = policyFlag(options.policy);
    const document = documentOf(defined({ name, namespace }), specOf(policy, options, io));
    const text = printableYAML(document);
    if (options.policies === undefined) io.stdout.write(text);
    else await put(text, { policies: options.policies, name, namespace, policy }, io);
    return EXIT.ok;
  });

interface Opened {
  policies: string;
  name: string;
  namespace: string | undefined;
  policy: string;
}

async function put(text: string, opened: Opened, io: CommandIO): Promise<void> {
  const { policies, name, namespace = DEFAULT_NAMESPACE, policy } = opened;
  const key = { namespace, name: policy };
  const isActedOn = await isForPolicy(policies, { namespace, name }, key, io);
  const file = `incident-${opened.namespace === undefined ? '' : `${namespace}-`}${name}.yaml`;
  const path = await makePoliciesFile({ policies, file }, text, io);
  io.stdout.write(`${printable(`Wrote ${path}${isActedOn ? '; the next pass acts on it' : ''}`)}\n`);
  if (!isActedOn)
    io.stderr.write(
      `${printable(`${policies} declares no policy ${keyString(key)}: nothing acts on the incident before it does.`)}\n`,
    );
}

/** True where the folder declares the policy. Throws PLUS1_USAGE where another file of it declares the incident: the first one counts. */
async function isForPolicy(
  policies: string,
  incident: PolicyKey,
  policy: PolicyKey,
  { cwd, signal }: CommandIO,
): Promise<boolean> {
  const declared = await declaredIn(resolve(cwd, policies), signal).catch((cause: unknown) => {
    signal.throwIfAborted();
    throw new Plus1Error('PLUS1_FILE_UNREADABLE', `cannot list ${policies}: ${faultText(cause)}`, {
      cause,
      fix: 'name the policies folder of the controller with --policies',
    });
  });
  const twin = declared.find((each) => each.kind === INCIDENT_KIND && keyString(each) === keyString(incident));
  if (twin !== undefined)
    throw new Plus1Error(
      'PLUS1_USAGE',
      `${twin.file} in ${policies} declares the incident ${keyString(incident)} already`,
      {
        fix: 'choose another name, or add to that one with plus1 incident isolate',
      },
    );
  return declared.some((each) => each.kind === KIND && keyString(each) === keyString(policy));
}

function specOf(policy: string, options: OpenOptions, io: CommandIO): Mapping {
  const { title, severity, commander, ticket, reason, owner, drill, windowStart: start, windowEnd: end } = options;
  const now = new Date(io.clock()).toISOString().replace(/\.\d+Z$/, 'Z');
  return defined({
    policyRef: { name: policy },
    ...{ title, severity, commander, ticket, reason, owner },
    detectedAt: options.detectedAt ?? now,
    drill: drill ? true : undefined,
    indicators: { actions: actionsOf(options.action), endpoints: once(options.endpoint) },
    // An end alone is a fault, which the schema tells.
    window: start === undefined && end === undefined ? undefined : defined({ start, end }),
    isolate: { repositories: once(options.repository), responders: once(options.responder), ...isolationOf(options) },
  });
}

const once = (values: readonly string[]): string[] => [...new Set(values)];

/** `owner/action@ref`, the same action several times: a ref that looks like a commit is one. Throws PLUS1_USAGE. */
function actionsOf(given: readonly string[]): Mapping[] {
  const byName = new Map<string, { refs: string[]; commits: string[] }>();
  for (const each of once(given)) {
    const [name = '', ref, more] = each.split('@');
    // Neither is one of GitHub: to drop what follows would look for another action than the one that was named.
    if (ref === '' || more !== undefined)
      throw new Plus1Error(
        'PLUS1_USAGE',
        `--action: found ${JSON.stringify(each)}, allowed: OWNER/ACTION, or OWNER/ACTION@REF with one @`,
      );
    const known = byName.get(name) ?? { refs: [], commits: [] };
    byName.set(name, known);
    if (ref !== undefined) (/^[0-9a-f]{7,40}$/.test(ref) ? known.commits : known.refs).push(ref);
  }
  return [...byName].map(([name, { refs, commits }]) => ({ name, refs, commits }));
}
