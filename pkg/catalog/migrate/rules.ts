/**
 * Where each field of a service definition of the schemas v2, v2.1 and v2.2 goes in an entity of v3. The page
 * docs/reference/migration.md is made from these rows, and the code that moves the fields reads nothing else.
 * Sources: https://github.com/DataDog/schema/tree/main/service-catalog, and
 * https://docs.datadoghq.com/internal_developer_portal/catalog/entity_model/v3_migration/
 */

const VERSIONS = ['v2', 'v2.1', 'v2.2'] as const;
export type Version = (typeof VERSIONS)[number];

/**
 * What happens to the value.
 * `version`: replaced by `v3`. `move`: as it is. `serviceURL`: a text becomes a mapping with `serviceURL`, a key `service-url` is
 * renamed. `links`: each item becomes a link with a type. `system`: a name becomes a reference to a system. `owner`: the owner, or one more.
 * `section`: a mapping whose keys have rules of their own, or stay.
 */
export type How = 'version' | 'move' | 'serviceURL' | 'links' | 'system' | 'owner' | 'section';

export interface Rule {
  /** Key at the top level; below `integrations` with a dot. */
  from: string;
  /** Schemas that know it. Empty: none of them does, but files have it, and Datadog's own migration moves it. */
  in: readonly Version[];
  /** Path in an entity of v3: a section and a key, or a section. */
  to: string;
  how: How;
  /** Type of the links that are made. */
  type?: string;
  /** One sentence for the page, where moving is not all. */
  says?: string;
}

const ALL: readonly Version[] = VERSIONS;
const SINCE_21: readonly Version[] = ['v2.1', 'v2.2'];

export const RULES: readonly Rule[] = [
  {
    from: 'schema-version',
    in: ALL,
    to: 'apiVersion',
    how: 'version',
    says: 'Becomes `v3`; `kind: service` is added.',
  },
  { from: 'dd-service', in: ALL, to: 'metadata.name', how: 'move' },
  { from: 'display-name', in: [], to: 'metadata.displayName', how: 'move' },
  { from: 'team', in: ALL, to: 'metadata.owner', how: 'move' },
  {
    from: 'dd-team',
    in: ['v2'],
    to: 'metadata.owner',
    how: 'owner',
    says: 'Where `team` is another team, an item of `metadata.additionalOwners`; duplicates are dropped.',
  },
  { from: 'description', in: SINCE_21, to: 'metadata.description', how: 'move' },
  { from: 'contacts', in: ALL, to: 'metadata.contacts', how: 'move' },
  { from: 'links', in: ALL, to: 'metadata.links', how: 'move', says: 'Types stay as they are: v3 takes any.' },
  { from: 'repos', in: ['v2'], to: 'metadata.links', how: 'links', type: 'repo', says: 'Items get `type: repo`.' },
  { from: 'docs', in: ['v2'], to: 'metadata.links', how: 'links', type: 'doc', says: 'Items get `type: doc`.' },
  { from: 'tags', in: ALL, to: 'metadata.tags', how: 'move' },
  {
    from: 'lifecycle',
    in: SINCE_21,
    to: 'spec.lifecycle',
    how: 'move',
    says: 'Where there is none or an empty one, `--lifecycle VALUE` is written.',
  },
  { from: 'tier', in: SINCE_21, to: 'spec.tier', how: 'move' },
  { from: 'service-tier', in: [], to: 'spec.tier', how: 'move' },
  { from: 'type', in: ['v2.2'], to: 'spec.type', how: 'move' },
  { from: 'languages', in: ['v2.2'], to: 'spec.languages', how: 'move' },
  { from: 'depends-on', in: [], to: 'spec.dependsOn', how: 'move' },
  {
    from: 'application',
    in: SINCE_21,
    to: 'spec.componentOf',
    how: 'system',
    says: 'Becomes a list with `system:` and the name, and is listed: that system needs an entity, which is not made up here.',
  },
  { from: 'integrations', in: ALL, to: 'integrations', how: 'section' },
  {
    from: 'integrations.pagerduty',
    in: ALL,
    to: 'integrations.pagerduty',
    how: 'serviceURL',
    says: 'The text of v2, and `service-url` of v2.1 and v2.2, become `serviceURL`.',
  },
  {
    from: 'integrations.opsgenie',
    in: SINCE_21,
    to: 'integrations.opsgenie',
    how: 'serviceURL',
    says: '`service-url` becomes `serviceURL`; `region` stays.',
  },
  { from: 'ci-pipeline-fingerprints', in: ['v2.2'], to: 'datadog.pipelines.fingerprints', how: 'move' },
  { from: 'extensions', in: ALL, to: 'extensions', how: 'section' },
];

/** Sections of v3, in the order in which they are written. */
export const SECTIONS = ['metadata', 'spec', 'integrations', 'datadog', 'extensions'] as const;

const BY_KEY = new Map(RULES.map((rule) => [rule.from, rule]));

/** The rule for a key; undefined where v3 has no place for it. */
export const ruleFor = (key: string): Rule | undefined => BY_KEY.get(key);

/** Versions as people write them. */
export const isLegacyVersion = (text: string): boolean => /^v?2(?:\.[012])?$/i.test(text);
