/** The value of one custom property of every repository of an organization. */
import { Plus1Error } from '../../errors/index.js';
import type { MapContext } from '../map-context.js';
import { mapError } from '../map-error.js';
import { readPropertyRows } from '../property-rows.js';
import type { Requester } from '../requester/requester.js';
import type { ReadMeans } from './membership.js';

/** What the list tells of one repository. */
export interface PropertyValue {
  /** Without the organization. */
  name: string;
  /** Undefined where it is unset. What is no text (a list, of a property of another type) as JSON: it is somebody's all the same. */
  value: string | undefined;
}

/** By repository id. */
export type PropertyValues = ReadonlyMap<number, PropertyValue>;

export interface ValuesMeans extends ReadMeans {
  requester: Requester;
  /** Name of the property. */
  property: string;
  context: MapContext;
}

/** Throws Plus1Error, also where the list changes whenever it is read: a repository that it lacks would seem to have no value. */
export async function readValues({ property, context, ...means }: ValuesMeans): Promise<PropertyValues> {
  const values = await readPropertyRows(means, ({ repository_name: name, properties }): PropertyValue => {
    const value = properties.find((each) => each.property_name === property)?.value;
    return { name, value: typeof value === 'string' ? value : (value ?? undefined) && JSON.stringify(value) };
  }).catch((error: unknown) => {
    throw mapError(error, context);
  });
  if (values !== undefined) return values;
  throw new Plus1Error('PLUS1_GITHUB_LAGS', `cannot ${context.what}: the list changed each time while it was read`);
}
