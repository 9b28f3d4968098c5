/**
 * Policies out of YAML or JSON text. Several documents a text; documents of other kinds are passed over, because people
 * keep their Secrets and ConfigMaps beside them. A bad document stops only itself.
 */
import { parseAllDocuments } from 'yaml';
import { KIND, parsePolicy, type Plus1Policy } from '../api/index.js';

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

/** Every `Plus1Policy` document of the text, and every document that cannot be read at all. Never throws. */
export function readPolicyDocuments(text: string): PolicyDocument[] {
  const documents = parseAllDocuments(text, { maxAliasCount: 100, uniqueKeys: true } as Parameters<
    typeof parseAllDocuments
  >[1]);
  if (!Array.isArray(documents)) return [];
  return documents.flatMap((document): PolicyDocument[] => {
    const line = text.slice(0, document.range[0]).split('\n').length;
    const [error] = document.errors;
    if (error !== undefined) {
      const at = error.linePos?.[0];
      return [
        {
          line: at?.line ?? line,
          faults: [`line ${at?.line ?? line}: ${error.message.split('\n')[0] ?? 'broken YAML'}`],
          stated: undefined,
        },
      ];
    }
    return readDocument(line, () => document.toJS({ maxAliasCount: 100 }) as unknown);
  });
}

function readDocument(line: number, value: () => unknown): PolicyDocument[] {
  let stated: unknown;
  try {
    stated = value();
  } catch (error) {
    return [
      { line, faults: [`line ${line}: ${error instanceof Error ? error.message : 'broken YAML'}`], stated: undefined },
    ];
  }
  if (field(stated, 'kind') !== KIND) return [];
  const metadata = field(stated, 'metadata');
  const [name, namespace] = [field(metadata, 'name'), field(metadata, 'namespace')];
  const parsed = parsePolicy(stated);
  return [
    {
      line,
      ...(typeof name === 'string' ? { name } : {}),
      ...(typeof namespace === 'string' ? { namespace } : {}),
      ...(parsed.ok ? { policy: parsed.policy } : {}),
      faults: parsed.ok ? [] : parsed.faults,
      stated,
    },
  ];
}

function field(value: unknown, key: string): unknown {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, key)
    ? (value as Record<string, unknown>)[key]
    : undefined;
}
