/** Where one can go from any page of a policy. */
import { part } from './layout.js';

/**
 * The places within a policy. `base`: from the page to what lies below the policy, which has no slash at its end; `name`: the last part of
 * its address.
 */
export const placesOf = (base: string, name: string, here: string): { name: string; to: string; isHere: boolean }[] => {
  const own = base === '' ? `../${part(name)}` : base === '../' ? `../../${part(name)}` : part(name);
  const below = ['Repositories', 'Journal', 'Reports'].map((each) => ({
    name: each,
    to: `${base}${each.toLowerCase()}`,
  }));
  return [{ name: 'Summary', to: own }, ...below].map((each) => ({ ...each, isHere: each.name === here }));
};
