/**
 * Policies, and objects of kinds that are inputs of their passes, out of YAML or JSON text. Several documents a text; documents of other kinds are passed over, because people
 * keep their Secrets and ConfigMaps beside them. A bad document stops only itself.
 */
import {
  API_VERSION,
  INPUT_KINDS,
  inputKind,
  KIND,
  parseInput,
  parsePolicy,
  type InputKind,
  type InputSpec,
  type Plus1Policy,
} from '../../api/index.js';
import {
  CORE,
  cut,
  plainText,
  positions,
  printable,
  readYAML,
  sentenceOf,
  valueOfDocument,
  type Position,
  type YAMLDocument,
} from '../../text/index.js';

/** Far above any real policy; a file that is larger was named by mistake. */
export const MAX_POLICY_BYTES = 1_048_576;

export interface PolicyDocument {
  /** 1-based line where the document begins. */
  line: number;
  /** As far as the document tells; for messages about a bad one. */
  name?: string;
  namespace?: string;
  policy?: Plus1Policy;
  faults: string[];
  /** The document as written, before defaults: what of it was stated. */
  stated: unknown;
}

/** A document of a kind that is an input of passes. */
export interface InputDocument extends Omit<PolicyDocument, 'policy'> {
  kind: InputKind;
  /** Name of the policy that it is for, as far as the document tells. */
  policyName?: string;
  /** Absent where it is wrong; `faults` says why. */
  spec?: InputSpec;
}

/** What a text declares. */
export interface Documents {
  policies: PolicyDocument[];
  inputs: InputDocument[];
}

/** What is shown of a foreign value. */
const MAX_SHOWN = 60;

/** As the API server wants names and namespaces: anything else must not become a path or a label. */
const NAME = /^[a-z0-9](?:[-a-z0-9.]{0,251}[a-z0-9])?$/;
const NAMESPACE = /^[a-z0-9](?:[-a-z0-9]{0,61}[a-z0-9])?$/;
/** Kinds of ours that are no policy. */
const OTHER_KINDS = new Set<unknown>(['Plus1Approval', 'Plus1PolicyList', ...INPUT_KINDS.map(({ kind }) => kind)]);

/** What a document says that does not say it. */
export interface DocumentDefaults {
  /** In place of the schema's, as `GITHUB_API_URL` has it. */
  apiURL?: string | undefined;
}

/** Every `Plus1Policy` document of the text, and every document that cannot be read at all. Never throws. */
export const readPolicyDocuments = (source: string, defaults: DocumentDefaults = {}): PolicyDocument[] =>
  readDocuments(source, defaults).policies;

/** The same, and the documents of kinds that are inputs. What cannot be read at all is among the policies. Never throws. */
export function readDocuments(source: string, defaults: DocumentDefaults = {}): Documents {
  const text = plainText(source);
  const positionOf = positions(text);
  const read = readYAML(text, CORE);
  const nothing = (document: PolicyDocument): Documents => ({ policies: [document], inputs: [] });
  if ('costly' in read) return nothing(unread(1, `it holds ${read.costly.found}, allowed: ${read.costly.allowed}`));
  if ('fault' in read) {
    const { offset, says } = read.fault;
    return nothing(broken(positionOf(offset), `found ${says.found}, expected ${says.expected}`));
  }
  const found: Documents = { policies: [], inputs: [] };
  for (const document of read.documents) {
    const fault = faultOf(document, positionOf);
    const { line } = positionOf(document.offset);
    const stated = fault === undefined ? valueOfDocument(document) : undefined;
    const kind = inputKind(field(stated, 'kind'));
    if (fault !== undefined) found.policies.push(fault);
    else if (kind !== undefined) found.inputs.push(readInput(kind, line, stated));
    else found.policies.push(...readDocument(line, withDefaults(stated, defaults)));
  }
  return found;
}

function readInput(kind: InputKind, line: number, stated: unknown): InputDocument {
  const parsed = parseInput(kind, stated);
  const policyName = field(field(field(stated, 'spec'), 'policyRef'), 'name');
  return {
    ...{ kind, line, stated },
    ...namesOf(field(stated, 'metadata')),
    ...(typeof policyName === 'string' && NAME.test(policyName) && { policyName }),
    ...(parsed.ok ? { spec: parsed.spec } : {}),
    faults: parsed.ok ? [] : parsed.faults,
  };
}

/** What has no name: it may hold policies that nobody sees. */
const unread = (line: number, fault: string): PolicyDocument => ({ line, faults: [fault], stated: undefined });

const broken = ({ line, column }: Position, what: string): PolicyDocument =>
  unread(line, `line ${line}, column ${column}: broken YAML: ${what}`);

function faultOf(document: YAMLDocument, positionOf: (offset: number) => Position): PolicyDocument | undefined {
  const [grammar] = document.broken;
  if (grammar !== undefined) return broken(positionOf(grammar.offset), sentenceOf(grammar.message));
  const [fault] = document.wrong;
  if (fault === undefined) return undefined;
  return broken(positionOf(fault.offset), `found ${fault.says.found}, expected ${fault.says.expected}`);
}

function readDocument(line: number, stated: unknown): PolicyDocument[] {
  const fault = (text: string): PolicyDocument[] => [{ line, faults: [`line ${line}: ${text}`], stated }];
  if (stated === null || stated === undefined) return [];
  if (typeof stated !== 'object') return fault('found no object, allowed: Plus1Policy and other kinds');
  const kind = field(stated, 'kind');
  if (kind !== KIND) return isCutOff(stated) ? fault(`kind: found ${shown(kind)}, allowed: ${KIND}`) : [];
  const parsed = parsePolicy(stated);
  return [
    {
      line,
      ...namesOf(field(stated, 'metadata')),
      ...(parsed.ok ? { policy: parsed.policy } : {}),
      faults: parsed.ok ? [] : parsed.faults,
      stated,
    },
  ];
}

/** A kind can be anything. */
const shown = (value: unknown): string => printable(cut(JSON.stringify(value) ?? 'none', MAX_SHOWN));

/** What is no map stays as it is: the schema says what is wrong with it. */
function withDefaults(stated: unknown, { apiURL }: DocumentDefaults): unknown {
  const spec = field(stated, 'spec');
  const github = field(spec, 'github');
  const isMap = typeof github === 'object' && github !== null && !Array.isArray(github);
  if (apiURL === undefined || !isMap || (field(github, 'apiURL') ?? null) !== null) return stated;
  return { ...(stated as object), spec: { ...(spec as object), github: { ...github, apiURL } } };
}

/** A document of ours whose kind is unknown is a misspelt one, or one that was cut off; it must not pass for another's. */
function isCutOff(stated: object): boolean {
  const apiVersion = field(stated, 'apiVersion');
  const isOurs = typeof apiVersion === 'string' && apiVersion.startsWith(`${API_VERSION.split('/')[0] ?? ''}/`);
  return isOurs && !OTHER_KINDS.has(field(stated, 'kind'));
}

/** A document whose name or namespace is none has neither: it could be anybody's. */
function namesOf(metadata: unknown): Pick<PolicyDocument, 'name' | 'namespace'> {
  const [name, namespace] = [field(metadata, 'name'), field(metadata, 'namespace')];
  if (typeof name !== 'string' || !NAME.test(name)) return {};
  if (namespace === undefined || namespace === null) return { name };
  return typeof namespace === 'string' && NAMESPACE.test(namespace) ? { name, namespace } : {};
}

function field(value: unknown, key: string): unknown {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, key)
    ? (value as Record<string, unknown>)[key]
    : undefined;
}
