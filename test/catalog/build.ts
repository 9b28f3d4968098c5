/** Builders of catalogue files and the settings that most tests share. */
import { judge, type CatalogFile, type Reason, type Verdict } from '../../pkg/catalog/index.js';

export const SETTINGS = { productionLifecycles: ['production', 'Production'] };
export const PATH = 'entity.datadog.yaml';

/** A file that is there. */
export const present = (content: string | Uint8Array, path = PATH): CatalogFile => ({
  path,
  state: 'present',
  content,
});

/** A v3 entity; `lifecycle` is written as given, `undefined` leaves spec out. */
export const entity = (lifecycle?: string, name = 'shop'): string =>
  `apiVersion: v3\nkind: service\nmetadata:\n  name: ${name}\n${lifecycle === undefined ? '' : `spec:\n  lifecycle: ${lifecycle}\n`}`;

/** A stream of documents. */
export const stream = (...documents: string[]): string => documents.join('---\n');

/** The verdict on one file with that content. */
export const verdictOn = (content: string | Uint8Array): Verdict => judge([present(content)], SETTINGS);

/** The codes of the reasons, in order. */
export const codes = (verdict: Verdict): string[] => verdict.reasons.map((reason) => reason.code);

/** The first reason of that code; fails where there is none. */
export function reasonOf(verdict: Verdict, code: string): Reason {
  const reason = verdict.reasons.find((one) => one.code === code);
  if (reason === undefined) throw new Error(`no ${code} among ${codes(verdict).join(', ')}`);
  return reason;
}
