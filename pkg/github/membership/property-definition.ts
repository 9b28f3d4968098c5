/**
 * Whether a custom property can hold a membership: its value must be settable and unsettable by the organization alone.
 * https://docs.github.com/en/rest/orgs/custom-properties#get-a-custom-property-for-an-organization
 */
import { RequestError } from '@octokit/request-error';
import * as v from 'valibot';
import type { TargetProperty } from '../../api/index.js';
import { Plus1Error, type ErrorCode } from '../../errors/index.js';
import { mapError } from '../map-error.js';
import type { ValuesMeans } from './property-values.js';

const definitionSchema = v.looseObject({
  value_type: v.string(),
  required: v.optional(v.nullable(v.boolean())),
  default_value: v.optional(v.unknown()),
  description: v.optional(v.nullable(v.string())),
  allowed_values: v.optional(v.nullable(v.array(v.string()))),
  values_editable_by: v.optional(v.nullable(v.string())),
});

type Definition = v.InferOutput<typeof definitionSchema>;

/** Throws PLUS1_PROPERTY_NOT_FOUND, PLUS1_PROPERTY_EDITABLE or PLUS1_PROPERTY_UNSUITABLE, each with the command that puts it right. */
export async function requireDefinition(property: TargetProperty, means: ValuesMeans): Promise<void> {
  const definition = await readDefinition(property, means);
  const { organization } = means;
  const fault = faultOf(definition, property);
  if (fault === undefined) return;
  const fix = commandFor(organization, property, definition);
  throw new Plus1Error(fault.code, `the custom property ${property.name} of ${organization} ${fault.what}`, { fix });
}

async function readDefinition(property: TargetProperty, means: ValuesMeans): Promise<Definition> {
  const { requester, organization: org, chain, signal } = means;
  const parameters = { org, custom_property_name: property.name };
  try {
    const answer = await requester.rest('GET /orgs/{org}/properties/schema/{custom_property_name}', parameters, {
      ...{ chain, signal },
    });
    return v.parse(definitionSchema, answer.data);
  } catch (error) {
    if (!(error instanceof RequestError) || error.response === undefined || error.status !== 404)
      throw mapError(error, means.context);
    throw new Plus1Error('PLUS1_PROPERTY_NOT_FOUND', `${org} has no custom property ${property.name}`, {
      fix: commandFor(org, property),
    });
  }
}

function faultOf(definition: Definition, property: TargetProperty): { code: ErrorCode; what: string } | undefined {
  const { values_editable_by: by, required, default_value: byDefault } = definition;
  if ((by ?? 'org_actors') !== 'org_actors')
    return {
      code: 'PLUS1_PROPERTY_EDITABLE',
      what: 'may be edited by the administrators of repositories: each of them could let his own out',
    };
  const unsuitable = (what: string): { code: ErrorCode; what: string } => ({ code: 'PLUS1_PROPERTY_UNSUITABLE', what });
  if (required === true || (byDefault !== undefined && byDefault !== null))
    return unsuitable(
      'is required or has a default value: what is unset falls back to it, so that nobody would ever leave',
    );
  return isHolding(definition, property)
    ? undefined
    : unsuitable(
        `is of the type ${definition.value_type}, which cannot hold the value ${JSON.stringify(property.value)}`,
      );
}

function isHolding({ value_type: type, allowed_values: allowed }: Definition, { value }: TargetProperty): boolean {
  switch (type) {
    case 'string':
      return true;
    case 'single_select':
      return allowed?.includes(value) === true;
    case 'true_false':
      return value === 'true';
    default:
      return false;
  }
}

const TYPES = new Set(['string', 'single_select', 'true_false']);

/**
 * The command that makes the property, or puts it right. The definition is replaced whole, so that what is good of it goes along. A
 * type cannot be changed while the property is there.
 */
function commandFor(organization: string, property: TargetProperty, definition?: Definition): string {
  if (definition === undefined)
    return `let an owner of the organization make it: ${putCommand(organization, property)}`;
  const { value_type: type } = definition;
  const canHold = TYPES.has(type) && (type !== 'true_false' || property.value === 'true');
  if (canHold)
    return `let an owner of the organization correct it: ${putCommand(organization, property, { ...definition, type })}`;
  const again = putCommand(organization, property);
  return `use another property, or let an owner delete it (with all its values) and make it again: ${again}`;
}

interface Kept {
  type: string;
  allowed_values?: string[] | null | undefined;
  description?: string | null | undefined;
}

function putCommand(
  organization: string,
  { name, value }: TargetProperty,
  { type, allowed_values: allowed, description }: Kept = { type: value === 'true' ? 'true_false' : 'single_select' },
): string {
  const options = type === 'single_select' ? [...new Set([...(allowed ?? []), value])] : [];
  const texts = [
    ...options.map((each) => `allowed_values[]=${each}`),
    ...(description ? [`description=${description}`] : []),
  ];
  const path = `/orgs/${organization}/properties/schema/${encodeURIComponent(name)}`;
  return [
    `gh api -X PUT ${quoted(path)} -f value_type=${type}`,
    ...texts.map((text) => `-f ${quoted(text)}`),
    '-F required=false -f values_editable_by=org_actors',
  ].join(' ');
}

/** For a POSIX shell. */
const quoted = (text: string): string => (/^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`);
