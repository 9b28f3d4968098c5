/** Reports from the outcome of a pass: JSON for machines and auditors, text for people. */
export { complianceReport, type Report, type ReportedRepository } from './report.js';
export { outcomeText, type TextOptions } from './text.js';
