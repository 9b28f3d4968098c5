/** Where the values of a template stand: escaping makes them safe in text and in attributes with quotes, and nowhere else. */

export type Place = 'text' | 'attribute';

/** Each template of the source is looked at once. */
const known = new WeakMap<TemplateStringsArray, readonly Place[]>();

/** One for each value. Throws a TypeError for one within a tag, within quotes that no tag opened, or within a script or a style. */
export function placesOf(literals: TemplateStringsArray): readonly Place[] {
  const before = known.get(literals);
  if (before !== undefined) return before;
  let state: State = { name: 'text' };
  const places = literals.slice(0, -1).map((literal) => {
    state = after(state, literal);
    if (state.name === 'text') return 'text';
    if (state.name === 'quotes') return 'attribute';
    throw new TypeError(`a value after ${JSON.stringify(literal.slice(-20))} cannot be made safe`);
  });
  if (after(state, literals.at(-1) ?? '').name !== 'text') throw new TypeError('a template ends within a tag');
  known.set(literals, places);
  return places;
}

type State = { name: 'text' } | { name: 'tag'; opens: string } | { name: 'quotes'; of: Tag; mark: string } | Raw;
type Tag = Extract<State, { name: 'tag' }>;
/** Content that no reference is read in. */
interface Raw {
  name: 'raw';
  end: string;
}

const RAW = ['script', 'style'];

function after(state: State, literal: string): State {
  let now = state;
  let rest = literal;
  while (rest !== '') {
    const [next, taken] = step(now, rest);
    now = next;
    rest = rest.slice(taken);
  }
  return now;
}

/** The state after the next mark that changes it, and how much was read for it. */
function step(state: State, rest: string): [State, number] {
  switch (state.name) {
    case 'text':
      return inText(state, rest);
    case 'tag':
      return inTag(state, rest);
    case 'quotes':
      return upTo(state, rest, { end: state.mark, then: state.of, length: 1 });
    case 'raw':
      return upTo(state, rest.toLowerCase(), { end: state.end, then: { name: 'text' }, length: 0 });
  }
}

function inText(state: State, rest: string): [State, number] {
  const found = /<([a-z!/][a-z0-9]*)/i.exec(rest);
  if (found === null) return [state, rest.length];
  const [whole, opens = ''] = found;
  return [{ name: 'tag', opens: opens.toLowerCase() }, found.index + whole.length];
}

function inTag(state: Tag, rest: string): [State, number] {
  const at = rest.search(/[>"']/);
  if (at < 0) return [state, rest.length];
  const mark = rest[at] ?? '';
  if (mark !== '>') return [{ name: 'quotes', of: state, mark }, at + 1];
  const { opens } = state;
  return [RAW.includes(opens) ? { name: 'raw', end: `</${opens}` } : { name: 'text' }, at + 1];
}

/** `length`: how much of the end belongs to what ends with it. */
function upTo(
  state: State,
  rest: string,
  { end, then, length }: { end: string; then: State; length: number },
): [State, number] {
  const at = rest.indexOf(end);
  return at < 0 ? [state, rest.length] : [then, at + length];
}
