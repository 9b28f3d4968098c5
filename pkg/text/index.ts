/** Text that others wrote: read within bounds, and printed so that it stays text. Pure, and knows no other room. */
export { cut, escapeHidden, foreignLine, printable, printableJSON, printableYAML, quote } from './printable.js';
export { JSONTooCostly, MAX_JSON_DEPTH, parseJSON } from './json.js';
export { grouped } from './grouped.js';
export { markdownBlock, markdownCode, markdownWords } from './markdown.js';
export { isBlank, plainText } from './plain-text.js';
export { redactPatterns } from './redact-patterns.js';
export { TooCostly } from './yaml/bounds.js';
export { lineAt, type Fault, type FaultCode } from './yaml/faults.js';
export { commentsIn } from './yaml/lexemes.js';
export { layoutOf, type Layout } from './yaml/layout.js';
export { offsetOfPath } from './yaml/locate.js';
export { readYAML, type YAMLDocument, type YAMLText } from './yaml/read.js';
export { CORE, STRINGS } from './yaml/schema.js';
export { sentenceOf, syntaxFault } from './yaml/yaml-error-text.js';
export { workflowCommand, type CommandName } from './workflow-command.js';
export { unifiedDiff } from './diff.js';
export { positions, type Position } from './position.js';
export { valueOfDocument } from './yaml/value.js';
