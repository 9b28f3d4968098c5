/** Rule suites as GitHub answers them. Foreign values: what cannot be read is left out, and told to be missing. */
import * as v from 'valibot';
import { SUITE_RESULTS, type RuleEvaluation, type RuleSuite } from '../../api/index.js';

const id = v.pipe(v.number(), v.safeInteger(), v.minValue(1));
const result = v.picklist(SUITE_RESULTS);

const rowSchema = v.looseObject({
  id,
  repository_id: id,
  repository_name: v.string(),
  ref: v.string(),
  pushed_at: v.pipe(
    v.string(),
    v.transform((text) => Date.parse(text)),
    v.number(),
  ),
  result,
  // The description of the list has no null, and that of a single suite has.
  evaluation_result: v.nullish(result),
});

const evaluationSchema = v.looseObject({
  rule_source: v.nullish(v.looseObject({ id: v.nullish(id) })),
  result: v.picklist(['pass', 'fail']),
  rule_type: v.string(),
});

const suiteSchema = v.looseObject({ rule_evaluations: v.array(v.unknown()) });

/** The rows of one page that can be read, and how many there are. Throws a ValiError for what is no list. */
export function decodeSuites(data: unknown): { suites: RuleSuite[]; rows: number } {
  const rows = v.parse(v.array(v.unknown()), data);
  const suites = rows.flatMap((row): RuleSuite[] => {
    const parsed = v.safeParse(rowSchema, row);
    if (!parsed.success || Number.isNaN(parsed.output.pushed_at)) return [];
    const { evaluation_result: evaluationResult, ...suite } = parsed.output;
    return [
      {
        ...{ id: suite.id, repositoryID: suite.repository_id, repositoryName: suite.repository_name },
        ...{ ref: suite.ref, pushedMs: suite.pushed_at, result: suite.result },
        ...(typeof evaluationResult === 'string' && { evaluationResult }),
      },
    ];
  });
  return { suites, rows: rows.length };
}

/** Undefined where one of them cannot be read: it might be the one that failed. */
export function decodeEvaluations(data: unknown): RuleEvaluation[] | undefined {
  const suite = v.safeParse(suiteSchema, data);
  if (!suite.success) return undefined;
  const evaluations = suite.output.rule_evaluations.map((each) => v.safeParse(evaluationSchema, each));
  if (!evaluations.every(({ success }) => success)) return undefined;
  return evaluations.flatMap(({ success, output }) => {
    if (!success) return [];
    const rulesetID = output.rule_source?.id;
    return [{ ...(typeof rulesetID === 'number' && { rulesetID }), type: output.rule_type, result: output.result }];
  });
}
