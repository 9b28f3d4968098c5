/** The expressions of workflows, as far as ours use them: https://docs.github.com/en/actions/reference/workflows-and-actions/expressions */

export type Context = Readonly<Record<string, unknown>>;

/** The value of what stands between `${{` and `}}`. The text is our own workflow. */
export function evaluate(expression: string, context: Context): unknown {
  const functions = {
    fromJSON: JSON.parse,
    toJSON: JSON.stringify,
    format: (text: string, ...values: unknown[]) => text.replace(/\{(\d)\}/g, (_, at) => String(values[Number(at)])),
  };
  const scope = { ...functions, ...context };
  // A key that is not there is null there, and compares as the empty text.
  const code = expression.replace(/'((?:[^']|'')*)'/g, (_, text: string) => JSON.stringify(text.replaceAll("''", "'")));
  const safe = code.replace(/([a-z_]+)((?:\.[a-z_]+)+)(?![\w(])/g, (path: string) =>
    /^(?:inputs|vars|secrets|matrix|env|github|steps)\./.test(path) ? `at(${JSON.stringify(path)})` : path,
  );
  const at = (path: string): unknown =>
    path.split('.').reduce<unknown>((value, key) => (value as Context | undefined)?.[key], scope) ?? '';
  // eslint-disable-next-line @typescript-eslint/no-implied-eval -- the expressions of a file of this repository
  return new Function(...Object.keys(scope), 'at', `return (${safe});`)(...Object.values(scope), at);
}

/** A text with its expressions filled in. */
export const fill = (text: string, context: Context): string =>
  text.replace(/\$\{\{\s*([^]*?)\s*\}\}/g, (_, expression: string) => String(evaluate(expression, context)));
