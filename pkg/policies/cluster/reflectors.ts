/** One reflector for each namespace that is looked at, or a single one for all of them. */
import { Reflector, type ReflectorOptions } from '../../kube/index.js';

/** By what messages call their place. */
export type Reflectors = ReadonlyMap<string, Reflector>;

export interface ReflectorsOptions extends Omit<ReflectorOptions, 'namespace'> {
  /** Empty: all of them, in one watch. */
  namespaces: readonly string[];
}

export function reflectorsOf({ namespaces, ...options }: ReflectorsOptions): Reflectors {
  const scopes = namespaces.length === 0 ? [undefined] : [...new Set(namespaces)];
  return new Map(scopes.map((namespace) => [namespace ?? 'all namespaces', new Reflector({ ...options, namespace })]));
}

/** Until the signal aborts. */
export async function runAll(reflectors: Reflectors, signal: AbortSignal): Promise<void> {
  await Promise.all([...reflectors.values()].map((reflector) => reflector.run(signal)));
}
