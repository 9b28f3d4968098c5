/** The required custom properties have values of their own: a default says nothing about the repository. */
import type { BaselineSettings, CheckResult, Sight } from '../types.js';
import { fail, isSeen, open, pass, type Asked } from './result.js';

export function customProperties(
  { properties }: Pick<Sight, 'properties'>,
  { required }: BaselineSettings['customProperties'],
): CheckResult {
  const asked: Asked = { name: 'customProperties', expected: `values of ${required.join(', ')}` };
  if (!isSeen(properties)) return open(asked, [properties]);
  const { values, defaults, defined } = properties.seen;
  const undefinedOnes = required.filter((name) => !defined.has(name));
  if (undefinedOnes.length > 0) {
    const found = `the organization defines no property ${undefinedOnes.join(', ')}`;
    return fail(asked, found, `define it: organization Settings > Custom properties; or take it out of the policy`);
  }
  const unset = required.filter((name) => (values.get(name) ?? '') === '');
  const byDefault = required.filter((name) => !unset.includes(name) && values.get(name) === defaults.get(name));
  if (unset.length + byDefault.length === 0)
    return pass(asked, required.map((name) => `${name}: ${values.get(name) ?? ''}`).join(', '));
  const found = [
    ...(unset.length > 0 ? [`${unset.join(', ')} not set`] : []),
    ...byDefault.map((name) => `${name} is ${values.get(name) ?? ''}, which every repository without a value has`),
  ].join('; ');
  return fail(asked, found, `set ${[...unset, ...byDefault].join(', ')}: repository Settings > Custom properties`);
}
