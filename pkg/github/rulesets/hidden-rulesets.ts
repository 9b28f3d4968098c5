/** What a 404 on the rulesets of an organization means that was seen a moment ago. */
import type { Identity } from '../credentials/identity.js';
import { permissionMissing } from '../forbidden.js';
import type { MapContext } from '../map-context.js';

/** GitHub hides them: from a token that may not see them, or from an App that is installed elsewhere. */
export function hiddenRulesets(
  organization: string,
  { kind, fineGrained }: Pick<Identity, 'kind' | 'fineGrained'>,
): NonNullable<MapContext['notFound']> {
  if (kind === 'App') {
    return {
      code: 'PLUS1_INSTALLATION_NOT_FOUND',
      message: `this installation of the App is not one on ${organization}`,
    };
  }
  const { code, message, fix } = permissionMissing(
    { what: `see the rulesets of ${organization}`, kind, fineGrained },
    'organization_administration: write (a classic token: the scope admin:org of an owner)',
  );
  return { code, message, fix };
}
