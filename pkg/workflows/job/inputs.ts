/** The inputs of a harden-runner step: names in any case, values as the action gets them. */
import type { Scalar } from 'yaml';
import { quote } from '../../text/index.js';
import { isMapping, isText, offsetOf, type Entry, type Node, type Tree } from '../read/nodes.js';
import { piecesOf, UNKNOWN, type Environment } from '../read/template.js';
import type { WrittenPolicy } from '../types.js';

/** Undefined: decided by an expression that the file does not resolve. */
export type InputValue = string | undefined;

export interface InputFault {
  offset: number;
  found: string;
  expected: string;
  fix: string;
}

const BOOLEANS = [
  ...['disable-telemetry', 'disable-sudo', 'disable-sudo-and-containers', 'disable-file-monitoring'],
  ...['use-policy-store', 'deploy-on-self-hosted-vm'],
];
/** YAML's core schema, as the toolkit's getBooleanInput asks for it: https://github.com/actions/toolkit/tree/main/packages/core */
const TRUE = new Set(['true', 'True', 'TRUE']);
const FALSE = new Set(['false', 'False', 'FALSE']);

/** GitHub does not apply it. */
const MERGE_KEY = '<<';

export class Inputs {
  /** What the action or GitHub refuses, whatever the policy is. */
  readonly faults: InputFault[] = [];
  readonly #entries = new Map<string, Entry>();
  readonly #environment: Environment;

  constructor(tree: Tree, step: Node, environment: Environment) {
    this.#environment = environment;
    const inputs = tree.get(step, 'with');
    if (inputs !== undefined && !isMapping(inputs)) this.#refuse(inputs);
    for (const entry of tree.entries(inputs)) this.#take(entry);
    for (const name of BOOLEANS) this.#checkBoolean(name);
  }

  has(name: string): boolean {
    return this.#entries.has(name);
  }

  /** Where the value stands, or the key of one that is empty. */
  offset(name: string, otherwise: Node): number {
    const entry = this.#entries.get(name);
    return offsetOf(entry?.value ?? entry?.key ?? otherwise);
  }

  scalar(name: string): Scalar.Parsed | undefined {
    const value = this.#entries.get(name)?.value;
    return isText(value) ? value : undefined;
  }

  /** Trimmed, as the action takes it; `otherwise` where it is not written. */
  value(name: string, otherwise: string): InputValue {
    if (!this.#entries.has(name)) return otherwise;
    const node = this.scalar(name);
    if (node === undefined) return '';
    const text = piecesOf(node, this.#environment)
      .map((piece) => piece.text)
      .join('')
      .trim();
    return text.includes(UNKNOWN) ? undefined : text;
  }

  /** False where it is not written, or decided elsewhere. */
  isTrue(name: string): boolean {
    return TRUE.has(this.value(name, 'false') ?? '');
  }

  /** What the file says, before any expression is resolved. */
  written(): WrittenPolicy {
    if (!this.#entries.has('egress-policy')) return 'default';
    const text = this.value('egress-policy', '');
    return text === 'block' || text === 'audit' ? text : 'other';
  }

  #refuse(inputs: Node): void {
    this.faults.push({
      offset: offsetOf(inputs),
      found: isText(inputs) ? quote(String(inputs.value)) : 'a list',
      expected: 'a mapping as with',
      fix: 'write each input as a name and a value below with: GitHub refuses the whole file',
    });
  }

  #take(entry: Entry): void {
    const name = entry.name.toLowerCase();
    const offset = offsetOf(entry.key);
    if (this.#entries.has(name))
      this.faults.push({
        offset,
        found: `the input ${quote(entry.name)} for a second time`,
        expected: 'every input once; case makes no difference',
        fix: 'remove one of the two',
      });
    else this.#entries.set(name, entry);
    if (name !== MERGE_KEY && entry.value !== undefined && !isText(entry.value))
      this.faults.push({
        offset,
        found: `a list or a mapping as ${quote(entry.name)}`,
        expected: 'one text',
        fix: 'write the value as one text, endpoints separated by blanks',
      });
  }

  #checkBoolean(name: string): void {
    const value = this.value(name, 'false');
    if (value === undefined || TRUE.has(value) || FALSE.has(value)) return;
    const entry = this.#entries.get(name);
    if (entry === undefined) return;
    const offset = offsetOf(entry.value ?? entry.key);
    this.faults.push({ offset, found: quote(value), expected: `true or false as ${name}`, fix: 'write true or false' });
  }
}
