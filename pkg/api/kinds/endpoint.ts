/** An endpoint that a build may reach: a name and a port, as the list of an agent takes them. */
import type * as v from 'valibot';
import { matching } from '../fields.js';
import { PORT } from '../address.js';

/** RFC 1035 names have 253 characters at most; a colon and a port follow. */
const MAX_ENDPOINT_CHARACTERS = 259;
const LABEL = '[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?';
/** A last label begins with a letter: an address of numbers is no name, and disarms the job whose list has it. */
const LAST = '[a-z]([-a-z0-9]{0,61}[a-z0-9])?';

const ENDPOINT = new RegExp(`^([*][.])?(${LABEL}[.])+${LAST}:${PORT}$`);

/** Of the schema. */
export const endpoint = (): v.GenericSchema<string> =>
  matching(
    ENDPOINT,
    MAX_ENDPOINT_CHARACTERS,
    'a lower-case name with a port, such as packages.example.com:443; a star only as the first label, with two labels after it: *.blob.example.net:443',
  );

/** Name and port of an endpoint that the schema accepted. */
export function endpointParts(value: string): { host: string; port: number } {
  const at = value.lastIndexOf(':');
  return { host: value.slice(0, at), port: Number(value.slice(at + 1)) };
}

/** True where the endpoint stands for more than one name. */
export const isWildcard = (value: string): boolean => value.startsWith('*.');
