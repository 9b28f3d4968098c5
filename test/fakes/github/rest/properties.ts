/**
 * Custom properties of an organization: definitions, and the values of its repositories. Values are written by name, up to 30 repositories
 * a request, all of them or none.
 * https://docs.github.com/en/rest/orgs/custom-properties
 */
import { canSee, requirePropertyAccess } from '../server/access.js';
import type { Answer } from '../server/answer.js';
import { invalid, notFound, ok, Refusal } from '../server/answer.js';
import type { Organization } from '../world/organization.js';
import type { PropertyDefinition, PropertyValue } from '../world/properties.js';
import type { Repository } from '../world/repository.js';
import type { RestRequest, Route } from './request.js';
import { actorOf, organizationOf, page } from './request.js';

const SCHEMA = '/orgs/{org}/properties/schema';
const VALUES = '/orgs/{org}/properties/values';
const MAX_VALUE_CHARACTERS = 75;

interface PropertyBody {
  property_name: string;
  value: PropertyValue;
}

function open(request: RestRequest, need: 'read' | 'write' | 'admin'): Organization {
  const organization = organizationOf(request);
  requirePropertyAccess(request.principal, organization, need);
  return organization;
}

const definitionJSON = (
  request: RestRequest,
  organization: Organization,
  definition: PropertyDefinition,
): Record<string, unknown> => ({
  ...definition,
  url: `${request.api}/orgs/${organization.login}/properties/schema/${definition.property_name}`,
  source_type: 'organization',
});

function listDefinitions(request: RestRequest): Answer {
  const organization = open(request, 'read');
  return ok(
    [...organization.properties.definitions.values()].map((each) => definitionJSON(request, organization, each)),
  );
}

function getDefinition(request: RestRequest): Answer {
  const organization = open(request, 'read');
  const found = organization.properties.definitions.get(
    decodeURIComponent(request.params['custom_property_name'] ?? ''),
  );
  if (found === undefined) throw notFound();
  return ok(definitionJSON(request, organization, found));
}

function putDefinition(request: RestRequest): Answer {
  const organization = open(request, 'admin');
  const body = checkedBody(request, 'orgs/custom-properties-for-repos-create-or-update-organization-definition');
  const name = decodeURIComponent(request.params['custom_property_name'] ?? '');
  const definition = { ...(body as Omit<PropertyDefinition, 'property_name'>), property_name: name };
  organization.properties.define(definition);
  return ok(definitionJSON(request, organization, organization.properties.definitions.get(name) ?? definition));
}

function checkedBody(request: RestRequest, operation: string): unknown {
  const body = request.body ?? {};
  const wrong = request.contract.refuseBody(operation, body);
  if (wrong !== undefined) throw new Refusal(422, `Invalid request.\n\n${wrong}`);
  return body;
}

function valuesOf(organization: Organization, repository: Repository): PropertyBody[] {
  return [...organization.properties.definitions.keys()].map((name) => ({
    property_name: name,
    value: organization.properties.valueOf(repository.id, name),
  }));
}

function listValues(request: RestRequest): Answer {
  const organization = open(request, 'read');
  const visible = organization.repositories.filter((repository) => canSee(request.principal, repository));
  const { items, headers } = page(request, visible, `/organizations/${organization.id}/properties/values`);
  const body = items.map((repository) => ({
    repository_id: repository.id,
    repository_name: repository.name,
    repository_full_name: repository.fullName,
    properties: valuesOf(organization, repository),
  }));
  return { ...ok(body, headers), repositories: items.length };
}

/** All of them or none: a name that nobody has refuses the whole request. */
function setValues(request: RestRequest): Answer {
  const organization = open(request, 'write');
  const operation = 'orgs/custom-properties-for-repos-create-or-update-organization-values';
  const { repository_names: names, properties } = checkedBody(request, operation) as {
    repository_names: string[];
    properties: PropertyBody[];
  };
  const found = names.map((name) => {
    const repository = organization.repository(name);
    if (repository === undefined || !canSee(request.principal, repository)) throw notFound();
    return repository;
  });
  for (const property of properties)
    checkValue(organization.properties.definitions.get(property.property_name), property);
  if (request.ignoreWrite !== true) {
    const ids = found.map(({ id }) => id);
    for (const { property_name: name, value } of properties)
      organization.properties.setAll(ids, name, value, actorOf(request.principal));
  }
  return { status: 204, headers: {}, body: undefined };
}

function checkValue(definition: PropertyDefinition | undefined, { property_name: name, value }: PropertyBody): void {
  if (definition === undefined) throw invalid(`Property '${name}' does not exist`, 'properties');
  const allowed = definition.value_type === 'true_false' ? ['true', 'false'] : definition.allowed_values;
  for (const each of [value ?? []].flat()) {
    const isLong = each.length > MAX_VALUE_CHARACTERS || !/^[\x20-\x7e]*$/.test(each) || each.includes('"');
    if (isLong || (allowed && !allowed.includes(each)))
      throw invalid(`Value '${each}' is not allowed for property '${name}'`, 'properties');
  }
}

export const propertyRoutes: Route[] = [
  {
    method: 'GET',
    path: SCHEMA,
    operation: 'orgs/custom-properties-for-repos-get-organization-definitions',
    handle: listDefinitions,
  },
  {
    method: 'GET',
    path: `${SCHEMA}/{custom_property_name}`,
    operation: 'orgs/custom-properties-for-repos-get-organization-definition',
    handle: getDefinition,
  },
  {
    method: 'PUT',
    path: `${SCHEMA}/{custom_property_name}`,
    operation: 'orgs/custom-properties-for-repos-create-or-update-organization-definition',
    handle: putDefinition,
  },
  {
    method: 'GET',
    path: VALUES,
    operation: 'orgs/custom-properties-for-repos-get-organization-values',
    handle: listValues,
  },
  {
    method: 'PATCH',
    path: VALUES,
    operation: 'orgs/custom-properties-for-repos-create-or-update-organization-values',
    handle: setValues,
  },
];
