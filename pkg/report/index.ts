/** Reports from the outcome of a pass: JSON for machines and auditors, text for people, Markdown for the summary of a job. */
export { failureMarkdown, outcomeMarkdown } from './markdown.js';
export { complianceReport, type Report, type ReportedRepository } from './report.js';
export { outcomeText, type TextOptions } from './text.js';
