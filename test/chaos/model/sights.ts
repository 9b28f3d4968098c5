/** Takes from an answer of GitHub what it showed of each repository. It reads the answer itself, by no code of the product. */
import type { Exchanged } from '../../fakes/github/index.js';
import type { Sight } from './chronicle.js';
import type { Row } from './spec.js';

type Shown = Omit<Sight, 'at' | 'life' | 'pass'>;

type Fields = Record<string, unknown>;

const isFields = (value: unknown): value is Fields => typeof value === 'object' && value !== null;

/** `ownerID`: of the organization. */
export function shownBy({ request, answer }: Exchanged, ownerID: number): Shown[] {
  if (request.kind === 'graphql') return answer.status === 200 ? shownByGraphQL(request.body, answer.body) : [];
  const id = Number(/^\/repositories\/(\d+)$/.exec(request.path)?.[1]);
  if (Number.isNaN(id)) return [];
  if (answer.status === 404) return [{ id, kind: 'missing' }];
  if (answer.status !== 200) return [];
  const body = (Buffer.isBuffer(answer.body) ? JSON.parse(answer.body.toString()) : answer.body) as Fields;
  return (body['owner'] as Fields)['id'] === ownerID ? [] : [{ id, kind: 'elsewhere' }];
}

function shownByGraphQL(asked: unknown, told: unknown): Shown[] {
  const { data, errors = [] } = told as { data?: Fields; errors?: { path?: (string | number)[] }[] };
  if (!isFields(data) || errors.some(({ path }) => path === undefined)) return [];
  const { variables = {}, query = '' } = asked as { variables?: Fields; query?: string };
  const list = (data['organization'] as Fields | null | undefined)?.['repositories'] as Fields | undefined;
  const nodes = (data['nodes'] ?? list?.['nodes'] ?? []) as unknown[];
  const damaged = new Set(errors.map(({ path = [] }) => path[path.indexOf('nodes') + 1]));
  const paths = Object.keys(variables).filter((name) => /^p\d+$/.test(name));
  const isHistory = /history\(path/.test(query);
  return nodes.flatMap((node, index): Shown[] => {
    if (!isFields(node) || damaged.has(index) || isHistory) return [];
    const id = Number(node['databaseId']);
    if (paths.length > 0) return [{ id, kind: 'file', texts: textsOf(node, paths.length) }];
    return [{ id, kind: 'row', row: rowOf(id, node) }];
  });
}

function rowOf(id: number, node: Fields): Row {
  const { name, isArchived, isDisabled, isFork } = node;
  return {
    id,
    name: String(name),
    isArchived: isArchived === true,
    isDisabled: isDisabled === true,
    isFork: isFork === true,
  };
}

function textsOf(node: Fields, count: number): (string | null)[] {
  const commit = (node['defaultBranchRef'] as Fields | null)?.['target'] as Fields | undefined;
  return Array.from({ length: count }, (_, index) => {
    const file = commit?.[`f${index}`] as Fields | null | undefined;
    const object = file?.['object'] as Fields | null | undefined;
    return typeof object?.['text'] === 'string' ? object['text'] : null;
  });
}
