/** One named entry of a kubeconfig, read field by field: a value of another type is refused with its place, never passed over. */
import { dirname, resolve } from 'node:path';
import { isMapping, readBoundedFile } from '../base/index.js';
import { Plus1Error } from '../errors/index.js';
import { quote } from '../text/index.js';

type Fields = Readonly<Record<string, unknown>>;

/** Certificates, keys and tokens are a few kB. */
const MAX_FILE_BYTES = 1024 * 1024;
const BASE64 = /^[A-Za-z0-9+/]*={0,2}$/;

export class Entry {
  /** As messages name it: `users "alice"`. */
  readonly place: string;
  /** Paths are relative to the folder of this file, as kubectl has them. */
  readonly file: string;
  readonly fields: Fields;

  constructor(place: string, file: string, fields: Fields) {
    this.place = place;
    this.file = file;
    this.fields = fields;
  }

  has(field: string): boolean {
    const value = this.fields[field];
    return value !== undefined && value !== null && value !== '';
  }

  /** Undefined where it is absent or empty. Values are never repeated: they may be credentials. */
  text(field: string): string | undefined {
    const value = this.fields[field];
    if (value === undefined || value === null || value === '') return undefined;
    if (typeof value === 'string') return value;
    throw this.fault(field, `found a value of type ${typeOf(value)}, needed a text; put it in quotes`);
  }

  flag(field: string): boolean {
    const value = this.fields[field] ?? false;
    if (typeof value === 'boolean') return value;
    throw this.fault(field, `found a value of type ${typeOf(value)}, needed true or false without quotes`);
  }

  /** The items of a list; none where it is absent. */
  list(field: string): unknown[] {
    const value = this.fields[field] ?? [];
    if (Array.isArray(value)) return value;
    throw this.fault(field, `found a value of type ${typeOf(value)}, needed a list`);
  }

  texts(field: string): string[] {
    return this.list(field).map((item) => {
      if (typeof item === 'string') return item;
      throw this.fault(field, `found an item of type ${typeOf(item)}, needed a text; put it in quotes`);
    });
  }

  /** A field that is itself a mapping. */
  part(field: string): Entry | undefined {
    const value = this.fields[field] ?? undefined;
    if (value === undefined) return undefined;
    if (isMapping(value)) return new Entry(`${this.place}: ${field}`, this.file, value);
    throw this.fault(field, `found a value of type ${typeOf(value)}, needed a mapping`);
  }

  path(field: string): string | undefined {
    const path = this.text(field);
    return path === undefined ? undefined : this.resolve(path);
  }

  resolve(path: string): string {
    return resolve(dirname(this.file), path);
  }

  /** Of `field` a path, or of `field-data` the content in base64. Both at once are refused, as kubectl refuses them. */
  async content(field: string): Promise<Buffer | undefined> {
    const path = this.path(field);
    const data = this.text(`${field}-data`);
    if (path !== undefined && data !== undefined)
      throw this.fault(field, `${field}-data is given as well; remove one of them`);
    if (path !== undefined) return this.read(field, path);
    if (data === undefined) return undefined;
    const base64 = data.replaceAll(/\s/g, '');
    if (!BASE64.test(base64)) throw this.fault(`${field}-data`, 'it is not base64');
    return Buffer.from(base64, 'base64');
  }

  /** The file that a field names. */
  async read(field: string, path: string, signal?: AbortSignal): Promise<Buffer> {
    try {
      return await readBoundedFile(path, { maxBytes: MAX_FILE_BYTES, signal });
    } catch (thrown) {
      signal?.throwIfAborted();
      throw this.fault(field, `${path} cannot be read: ${(thrown as Error).message}`);
    }
  }

  fault(field: string, why: string): Plus1Error {
    return configFault(`${this.file}: ${this.place}: ${field}: ${why}`);
  }
}

/** `users "alice"`: names come from a file, and are shown within bounds. */
export const placeOf = (list: string, name: string): string => `${list} ${quote(name)}`;

export function configFault(message: string): Plus1Error {
  return new Plus1Error('PLUS1_CLUSTER_CONFIG', message);
}

export function typeOf(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'list';
  return typeof value === 'object' ? 'mapping' : typeof value;
}
