/** The population block of a page: what lets a reader judge whether the list is complete. */
import { html, type Html, type HtmlValue } from '../../html/index.js';
import { grouped, plural } from '../../text/index.js';
import type { Population } from '../period/population.js';
import { at, count, facts, unknown } from './parts.js';

/** `lastLook`: end of the last complete pass. `changes`: of the policy, in the period. */
export interface Context {
  lastLook: string | null;
  changes: number;
}

export function populationTable(population: Population, context?: Context): Html {
  const { api_host, organization_id, credential, listed, total_count, unobserved, query_sha256 } = population;
  const { tool_version, policy_generation, journal, checkpoint } = population;
  const told = (value: string | number | null | undefined): HtmlValue => value ?? unknown;
  const range = ({ chain, first, last }: { chain: string; first: number; last: number }): Html =>
    html`<code>${chain}</code>, records ${grouped(first)} to ${grouped(last)}`;
  return facts('What was looked at, as of the last complete pass', [
    ...(context === undefined
      ? []
      : [['Last complete pass', context.lastLook === null ? unknown : at(context.lastLook)] as const]),
    ['GitHub', told(api_host)],
    ['Organization id', organization_id ?? unknown],
    [
      'Credential',
      credential === null ? unknown : html`${told(credential.kind)}, visibility ${told(credential.visibility)}`,
    ],
    [
      'Repositories listed',
      html`${count(listed)} of ${count(total_count)} that GitHub counts; ${count(unobserved)} could not be read`,
    ],
    ['Query', query_sha256 === null ? unknown : html`SHA-256 of the GraphQL text <code>${query_sha256}</code>`],
    ['Plus1', told(tool_version)],
    ['Generation of the policy', html`${policy_generation ?? unknown}${context && generationNote(context)}`],
    ['Journal', [...(journal.others ?? []), journal].map((each) => html`${range(each)}<br>`)],
    [
      'Checkpoint',
      checkpoint === null
        ? html`<span class="unknown">none covers the last record yet</span>`
        : html`<code>${checkpoint.split('\n').slice(0, 3).join(' ')}</code>`,
    ],
  ]);
}

/** A number of the cluster: of a policy in a file it stays 1, whatever is changed. */
const generationNote = ({ changes }: Context): string =>
  `, as the cluster counts; the settings were changed ${changes === 0 ? 'at no time' : plural(changes, 'time')} in the month`;
