/** GitHub's published schema, built once a process (about 0.4 s) at the first query. */
import { readFileSync } from 'node:fs';
import type { GraphQLSchema } from 'graphql';
import { buildASTSchema, parse } from 'graphql';

let built: GraphQLSchema | undefined;

export function publishedSchema(): GraphQLSchema {
  if (!built) {
    // Read beside the package's entry: importing it would parse a second copy of 5 MB of JSON.
    // By path: the package has no door for `require`, and `import.meta.resolve` is not there where a runner loads TypeScript so.
    const file = new URL('../../../../node_modules/@octokit/graphql-schema/schema.graphql', import.meta.url);
    built = buildASTSchema(parse(readFileSync(file, 'utf8'), { noLocation: true }), {
      assumeValid: true,
      assumeValidSDL: true,
    });
  }
  return built;
}
