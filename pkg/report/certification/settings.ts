/** The settings of a policy as people read them: one line each, and what a change of the policy changed. */
import { isMapping } from '../../base/index.js';
import { canonical } from '../../journal/index.js';

/** By path, such as `guards.maxLeaving`; values as JSON. */
export function settingsOf(spec: unknown): Map<string, string> {
  const settings = new Map<string, string>();
  const walk = (value: unknown, path: string): void => {
    if (!isMapping(value)) settings.set(path, canonical(value ?? null));
    else for (const key of Object.keys(value).sort()) walk(value[key], path === '' ? key : `${path}.${key}`);
  };
  if (isMapping(spec)) walk(spec, '');
  return settings;
}

/** A value without what JSON puts around it: `24h`, `a, b`, `none`. */
export function plainSetting(json: string): string {
  const value: unknown = JSON.parse(json);
  if (typeof value === 'string') return value;
  if (!Array.isArray(value) || value.some((each) => typeof each !== 'string')) return json;
  return value.length === 0 ? 'none' : value.join(', ');
}

export interface SettingChange {
  setting: string;
  /** As JSON; null where it was not there. */
  before: string | null;
  after: string | null;
}

export function settingChanges(before: unknown, after: unknown): SettingChange[] {
  const [old, now] = [settingsOf(before), settingsOf(after)];
  return [...new Set([...old.keys(), ...now.keys()])]
    .filter((setting) => old.get(setting) !== now.get(setting))
    .sort()
    .map((setting) => ({ setting, before: old.get(setting) ?? null, after: now.get(setting) ?? null }));
}
