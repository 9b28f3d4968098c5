/** The objects of one policy that are inputs of its passes, as a pass takes them. */
import type { InputHome, PolicyKey } from '../../policies/index.js';
import type { InputPort } from '../pass-record.js';

export const inputPort = (home: InputHome, key: PolicyKey): InputPort => ({
  list: (signal) => home.list(key, signal),
  setStatus: (of, status, signal) => home.setStatus(of, status, signal),
  generationOf: (of) => home.generationOf(of),
  record: (of, event) => home.record(of, event),
});
