/** Invariants about each PUT by itself. */
import type { Chronicle, Put } from '../model/chronicle.js';

const at = ({ pass, at: time }: Put): string => `pass ${pass} at ${new Date(time).toISOString()}`;

/** conditions-only: a write sends `conditions` and nothing else, to the one ruleset, with the branches as they were read. */
export function conditionsOnly({ puts }: Chronicle, address: string): string[] {
  return puts.flatMap((put) => {
    const fields = Object.keys(put.body as object);
    const conditions = Object.keys((put.body as { conditions?: object }).conditions ?? {}).sort();
    return [
      ...(put.path === address ? [] : [`conditions-only: ${at(put)} wrote to ${put.path}`]),
      ...(fields.join() === 'conditions' ? [] : [`conditions-only: ${at(put)} sent ${fields.join()}`]),
      ...(conditions.join() === 'ref_name,repository_id'
        ? []
        : [`conditions-only: ${at(put)} sent ${conditions.join()}`]),
    ];
  });
}

/** intent-first: no write leaves before its intent is flushed. */
export function intentFirst({ puts }: Chronicle): string[] {
  return puts.filter(({ hasIntent }) => !hasIntent).map((put) => `intent-first: ${at(put)} had no intent on the disk`);
}

/** read-first: right before a write the ruleset is read, and a write changes something. */
export function readFirst({ puts }: Chronicle): string[] {
  return puts.flatMap((put) => {
    const isRead = put.before === `GET ${put.path}` && put.read !== undefined;
    const isSame = sorted(put.members) === sorted(put.read ?? []);
    return [
      ...(isRead ? [] : [`read-first: ${at(put)} was sent after ${put.before ?? 'nothing'}`]),
      ...(isSame ? [`read-first: ${at(put)} changes nothing`] : []),
    ];
  });
}

/** mode: nothing is written while the policy observes, is suspended, or cannot be read. */
export function mode(chronicle: Chronicle): string[] {
  return chronicle.puts
    .filter((put) => {
      const versions = chronicle.inForce(put.start, put.at);
      return versions.every(({ spec }) => spec === undefined || spec.suspend || spec.mode === 'Observe');
    })
    .map((put) => `mode: ${at(put)} wrote though the policy lets nothing be written`);
}

const sorted = (ids: readonly number[]): string => [...ids].sort((a, b) => a - b).join();
