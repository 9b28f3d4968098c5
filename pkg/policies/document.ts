/**
 * Policies out of YAML or JSON text. Several documents a text; documents of other kinds are passed over, because people
 * keep their Secrets and ConfigMaps beside them. A bad document stops only itself.
 */
import { parseAllDocuments } from 'yaml';
import { API_VERSION, KIND, parsePolicy, type Plus1Policy } from '../api/index.js';

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

/** As the API server wants names and namespaces: anything else must not become a path or a label. */
const NAME = /^[a-z0-9](?:[-a-z0-9.]{0,251}[a-z0-9])?$/;
const NAMESPACE = /^[a-z0-9](?:[-a-z0-9]{0,61}[a-z0-9])?$/;
/** Kinds of ours that are no policy. */
const OTHER_KINDS = new Set<unknown>(['Plus1Approval', 'Plus1PolicyList']);

/** What a document says that does not say it. */
export interface DocumentDefaults {
  /** In place of the schema's, as `GITHUB_API_URL` has it. */
  apiURL?: string | undefined;
}

/** Every `Plus1Policy` document of the text, and every document that cannot be read at all. Never throws. */
export function readPolicyDocuments(text: string, defaults: DocumentDefaults = {}): PolicyDocument[] {
  const documents = parseAllDocuments(text, { maxAliasCount: 100, uniqueKeys: true } as Parameters<
    typeof parseAllDocuments
  >[1]);
  if (!Array.isArray(documents)) return [];
  return documents.flatMap((document): PolicyDocument[] => {
    const line = text.slice(0, document.range[0]).split('\n').length;
    const [error] = document.errors;
    if (error !== undefined) {
      const at = error.linePos?.[0] ?? { line, col: 1 };
      return [{ line: at.line, faults: [`line ${at.line}, column ${at.col}: ${grammar(error)}`], stated: undefined }];
    }
    return readDocument(line, () => withDefaults(document.toJS({ maxAliasCount: 100 }), defaults));
  });
}

/** The parser's sentence alone: it repeats the place, and draws the line below it. */
function grammar({ message }: Error): string {
  const [sentence = ''] = message.split('\n');
  return `broken YAML: ${sentence.replace(/ at line \d+, column \d+:?$/, '')}`;
}

function readDocument(line: number, value: () => unknown): PolicyDocument[] {
  let stated: unknown;
  try {
    stated = value();
  } catch (error) {
    return [
      { line, faults: [`line ${line}: ${error instanceof Error ? grammar(error) : 'broken YAML'}`], stated: undefined },
    ];
  }
  const fault = (text: string): PolicyDocument[] => [{ line, faults: [`line ${line}: ${text}`], stated }];
  if (stated === null || stated === undefined) return [];
  if (typeof stated !== 'object') return fault('found no object, allowed: Plus1Policy and other kinds');
  const kind = field(stated, 'kind');
  if (kind !== KIND) return isCutOff(stated) ? fault(`kind: found ${JSON.stringify(kind)}, allowed: ${KIND}`) : [];
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
