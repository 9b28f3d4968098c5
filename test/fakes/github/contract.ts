/**
 * GitHub's published OpenAPI as a judge: which bodies it accepts, and whether our own answers keep to it.
 * Hazard: items of `rules` are exempt, so that rule types newer than the description can be told of.
 */
import { readFileSync } from 'node:fs';
import type { ErrorObject, Options, ValidateFunction } from 'ajv';
import { Ajv } from 'ajv';
import formats from 'ajv-formats';

interface Slice {
  operations: Record<string, { method: string; path: string; request?: object; responses: Record<string, object> }>;
  components: object;
}

const ROOT = 'https://api.github.com/openapi.json';

/** What is compiled is used some hundred times a process: to make it a little faster would cost more than all of that. */
const OPTIONS: Options = {
  strict: false,
  allErrors: false,
  validateSchema: false,
  logger: false,
  code: { optimize: false },
  inlineRefs: false,
};

let slice: Slice | undefined;
let ajv: Ajv | undefined;
const validators = new Map<string, ValidateFunction | null>();

function load(): { slice: Slice; ajv: Ajv } {
  slice ??= JSON.parse(readFileSync(new URL('./schema/openapi.json', import.meta.url), 'utf8')) as Slice;
  if (!ajv) {
    ajv = new Ajv(OPTIONS);
    // The cast works around a default export that Node and TypeScript see differently.
    (formats as unknown as (target: Ajv, options: object) => void)(ajv, { mode: 'fast' });
    ajv.addSchema({ $id: ROOT, components: slice.components });
  }
  return { slice, ajv };
}

/** Null where the description says nothing about that answer. Compiled once a process. */
function validator(operation: string, part: string): ValidateFunction | null {
  const key = `${operation} ${part}`;
  let found = validators.get(key);
  if (found === undefined) {
    const { slice: all, ajv: compiler } = load();
    const entry = all.operations[operation];
    const schema = part === 'request' ? entry?.request : entry?.responses[part];
    found = schema ? compiler.compile(absolute(schema)) : null;
    validators.set(key, found);
  }
  return found;
}

/** Operations are compiled on their own, so that `#/components/…` must name the document that holds them. */
function absolute(schema: object): object {
  return JSON.parse(JSON.stringify(schema).replaceAll('"#/components/', `"${ROOT}#/components/`)) as object;
}

/** In the words that GitHub uses: "Invalid property /bypass_actors: data cannot be null." */
function wording(errors: ErrorObject[] | null | undefined, data: unknown): string {
  const last = errors?.at(-1);
  if (!last) return 'Invalid request.';
  const path = last.instancePath;
  const value = path
    .split('/')
    .slice(1)
    .reduce<unknown>((at, step) => (at as Record<string, unknown> | undefined)?.[step], data);
  if (last.keyword === 'required')
    return `Invalid input: object is missing required key: ${(last.params as { missingProperty: string }).missingProperty}.`;
  if (value === null) return `Invalid property ${path}: data cannot be null.`;
  if (last.keyword === 'oneOf' || last.keyword === 'anyOf')
    return `Invalid property ${path}: data matches no possible input.`;
  if (last.keyword === 'type')
    return `Invalid property ${path}: \`${JSON.stringify(value)}\` is not of type ${String((last.params as { type: unknown }).type)}.`;
  return `Invalid property ${path}: ${last.message ?? 'invalid'}.`;
}

let webhooks: { ajv: Ajv; names: Set<string> } | undefined;

/** Of a named schema of `webhooks.json`; null where it has none. Compiled once a process. */
function deliveryValidator(name: string): ValidateFunction | null {
  if (webhooks === undefined) {
    const text = readFileSync(new URL('./schema/webhooks.json', import.meta.url), 'utf8');
    const { components } = JSON.parse(text) as { components: { schemas: object } };
    const compiler = new Ajv(OPTIONS);
    (formats as unknown as (target: Ajv, options: object) => void)(compiler, { mode: 'fast' });
    compiler.addSchema({ $id: ROOT, components });
    webhooks = { ajv: compiler, names: new Set(Object.keys(components.schemas)) };
  }
  const { ajv: compiler, names } = webhooks;
  return names.has(name) ? (compiler.getSchema(`${ROOT}#/components/schemas/${name}`) ?? null) : null;
}

export class Contract {
  /** Answers of ours that GitHub's description forbids; a test asserts that there are none. */
  readonly violations: string[] = [];
  #clean = new WeakSet<object>();

  /** Why GitHub would refuse this body; undefined where it would not. */
  refuseBody(operation: string, body: unknown): string | undefined {
    const validate = validator(operation, 'request');
    return !validate || validate(body) ? undefined : wording(validate.errors, body);
  }

  /** What is wrong with an answer of ours; undefined where nothing is. Items of lists that were checked before are skipped. */
  checkAnswer(operation: string, status: number, body: unknown): string | undefined {
    if (body === undefined || Buffer.isBuffer(body)) return undefined;
    const validate = validator(operation, String(status)) ?? (status >= 400 ? validator(operation, 'error') : null);
    if (!validate) return undefined;
    const unseen = Array.isArray(body) ? body.filter((item: object) => !this.#clean.has(item)) : body;
    if (!validate(unseen))
      return this.violation(
        `${operation} ${status}: ${wording(validate.errors, unseen)} (${JSON.stringify(validate.errors)?.slice(0, 400)})`,
      );
    if (Array.isArray(unseen)) for (const item of unseen as object[]) this.#clean.add(item);
    return undefined;
  }

  /** Notes what is wrong with a delivery of ours; nothing where GitHub publishes no schema of that event. */
  checkDelivery(event: string, action: string | undefined, body: unknown): void {
    const name = ['webhook', event, action]
      .filter((part) => part !== undefined)
      .join('-')
      .replaceAll('_', '-');
    const validate = deliveryValidator(name);
    if (validate === null || validate(body)) return;
    this.violation(`${name}: ${wording(validate.errors, body)} (${JSON.stringify(validate.errors)?.slice(0, 400)})`);
  }

  violation(reason: string): string {
    this.violations.push(reason);
    return reason;
  }
}
