/** `spec.github` and the names of Kubernetes that a policy bears. */
import * as v from 'valibot';
import { address, matching, text } from './fields.js';
import { immutable, requiredInCluster, unlike } from './rule.js';

export const DEFAULT_API_URL = 'https://api.github.com';
/** What browsers and proxies are known to bear. */
const MAX_URL_CHARACTERS = 2048;

const NAME_ALLOWED = 'a lower-case DNS name of at most 253 characters';
const ORGANIZATION_ALLOWED = 'a GitHub organization login: at most 39 letters, digits and inner hyphens';

/** A name of an object, as https://kubernetes.io/docs/concepts/overview/working-with-objects/names/ has it. */
export const objectName = matching(
  /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/,
  253,
  NAME_ALLOWED,
);

export const organization = v.pipe(
  matching(/^[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?$/, 39, ORGANIZATION_ALLOWED),
  immutable(),
  v.description('Login of the GitHub organization: at most 39 letters, digits and inner hyphens; immutable.'),
);

/** A Secret in the namespace of the policy. */
export const secretRef = v.strictObject({
  // The name becomes a path in a credentials folder: anything but a DNS name could climb out of it.
  name: v.pipe(objectName, v.description('Name of the Secret, in the namespace of the policy.')),
});

export const github = v.pipe(
  v.strictObject({
    apiURL: v.pipe(
      v.optional(address(MAX_URL_CHARACTERS), DEFAULT_API_URL),
      immutable(),
      v.description(
        'REST root of GitHub: https (plain http to loopback only), without user and query; immutable. GitHub Enterprise Server: https://HOST/api/v3. Data residency: https://api.SUBDOMAIN.ghe.com. Default https://api.github.com.',
      ),
    ),
    credentials: v.pipe(
      v.optional(
        v.strictObject({
          secretRef: v.pipe(secretRef, v.description('The Secret that holds the token or the key of the GitHub App.')),
          backupSecretRef: v.pipe(
            v.optional(secretRef),
            v.description(
              'A second Secret, used where GitHub refuses the first with a 401 or its installation was revoked. Never after a rate limit. The first is tried again at each full pass.',
            ),
          ),
        }),
      ),
      requiredInCluster(),
      v.description(
        "Where the credentials lie. Required in a cluster; a policy file without it uses the environment's token.",
      ),
    ),
    webhook: v.pipe(
      v.optional(
        v.strictObject({
          secretRef: v.pipe(
            secretRef,
            v.description(
              'The Secret with the key webhookSecret: the secret of a webhook of GitHub. Beside it webhookSecretPrevious, while it is changed.',
            ),
          ),
        }),
      ),
      v.description(
        'Where the secret lies that signs the deliveries of the webhook. A delivery calls for a quick pass; several policies may name one Secret.',
      ),
    ),
  }),
  v.description('Which GitHub, and with whose credentials.'),
);

/** `spec.ruleset.name`. */
export const rulesetName = v.pipe(
  text(1, 100, 'a ruleset name of 1 to 100 characters'),
  // Who may leave those, and when, is not for a policy to say.
  unlike(/^plus1-(incident|rollout)-/, 'no name that begins with plus1-incident- or plus1-rollout-: Plus1 makes those'),
);
