/** Files with documents of our own kinds: policies, approvals, egress rules, incidents, rollouts. */
import type { CatalogFile } from '../../../pkg/catalog/index.js';
import type { ObjectVerdict } from './render.js';

/** Undefined of every other file. What judges such documents is loaded where there is one: most files are of a catalogue. */
export async function objectVerdict(file: CatalogFile): Promise<ObjectVerdict | undefined> {
  if (file.state !== 'present') return undefined;
  const { content } = file;
  const text = typeof content === 'string' ? content : Buffer.from(content).toString('utf8');
  if (!text.includes('plus1.dev/')) return undefined;
  const { judgeObjects } = await import('../../../pkg/policies/index.js');
  const judged = judgeObjects(text);
  if (judged === undefined) return undefined;
  const { documents, faults } = judged;
  return {
    ...{ status: faults.length === 0 ? 'valid_object' : 'invalid_object', lifecycles: [], documents },
    reasons: faults.map(({ line, column, path, text }) => ({
      ...{ severity: 'error', code: path === '' ? 'object-unreadable' : 'object-field', file: file.path, line, column },
      ...{ ...partsOf(path, text), fix: path === '' ? 'correct the file' : `correct ${path}` },
    })),
  };
}

/** `found X, allowed: Y` in its parts. */
function partsOf(path: string, text: string): { found: string; expected: string } {
  const [before = '', expected = ''] = text.split(/(?:, |^)allowed: (.*)/s);
  const found = before.replace(/^found /, '') || 'another value';
  return { found: path === '' ? found : `${path} ${found}`, expected: expected || 'a document that can be read' };
}
