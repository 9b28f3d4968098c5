/** The organization of the demo: forty services with the names that such things have. */
import { entity, PATH, RULESET } from '../../builders.js';
import { Organization } from '../../fakes/github/index.js';
import type { MonthCast } from './month.js';

const SERVICES = [
  ...[
    'accounts',
    'audit-log',
    'basket',
    'billing',
    'catalogue',
    'checkout',
    'claims',
    'consent',
    'currency',
    'customers',
  ],
  ...['disputes', 'documents', 'fraud', 'gateway', 'identity', 'invoices', 'ledger', 'limits', 'loyalty', 'mailer'],
  ...['orders', 'payments', 'payouts', 'prices', 'refunds', 'reports', 'risk', 'search', 'settlements', 'shipping'],
];
const TOOLS = ['brand-site', 'ci-tools', 'design-kit', 'docs-site', 'hack-week', 'handbook', 'intranet', 'load-tests'];

export const CAST: MonthCast = {
  newcomers: ['hack-week-api', 'partners-api', 'vouchers-api'],
  leavers: ['claims-api', 'consent-api', 'currency-api'],
  exempted: 'loyalty-api',
  fresh: 'wallet-api',
};

/** Thirty services in production and in the ruleset, and eleven that are not. */
export function demoTown(): Organization {
  const organization = new Organization({ login: 'acme' });
  const members = SERVICES.map(
    (name) => organization.createRepository({ name: `${name}-api`, files: { [PATH]: entity('production') } }).id,
  );
  for (const name of TOOLS) organization.createRepository({ name, files: { 'README.md': `# ${name}\n` } });
  for (const name of CAST.newcomers) organization.createRepository({ name, files: { [PATH]: entity('development') } });
  organization.addRuleset({
    name: RULESET,
    conditions: {
      ref_name: { include: ['~DEFAULT_BRANCH'], exclude: [] },
      repository_id: { repository_ids: members },
    },
    rules: [{ type: 'deletion' }, { type: 'non_fast_forward' }],
    bypass_actors: [],
  });
  return organization;
}
