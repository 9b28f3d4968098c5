/**
 * What `kubectl plus1 rollback` and `release` do: they set the annotations by which a policy asks for a rollback, and remove them. The
 * difference is in the journal, which lies on the disk of the controller.
 */
import { isDay } from '../../pkg/base/index.js';
import { Plus1Error } from '../../pkg/errors/index.js';
import { keyString, type PolicyRecord } from '../../pkg/policies/index.js';
import { printable } from '../../pkg/text/index.js';
import { isConfirmed } from '../plus1/confirmed.js';
import { EXIT, type CommandIO } from '../plus1/io.js';
import { rollbackReason, whenCarriedOut, writerWithoutNumber } from '../plus1/rollback-flags.js';
import { keyOf, onCluster, type ClusterFlags } from './cluster.js';

export interface RollbackFlags extends ClusterFlags {
  to: string;
  writer?: string;
  reason?: string;
  yes: boolean;
}

const MAX_WRITER_CHARACTERS = 253;
const NUMBER = /^[1-9]\d{0,14}$/;
const TIME = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d{1,9})?(Z|[+-]\d{2}:\d{2})$/;

/** The exit code. */
export function rollback(name: string, flags: RollbackFlags, io: CommandIO): Promise<number> {
  return onCluster(flags, io, async (cluster) => {
    const [to, reason] = [recordOf(flags), rollbackReason(flags.reason)];
    const key = keyOf(name, cluster, flags);
    const policy = await cluster.client.policy(key, io.signal);
    if (policy.rollback?.to === to)
      throw new Plus1Error('PLUS1_NOT_HELD', `${keyString(key)} asks for a rollback to ${to} already`, {
        fix: 'release it first, with kubectl plus1 release; after the pass that follows it can be rolled back again',
      });
    const lines = [
      `${keyString(key)} has ${count(policy)}. It shall have those that it had after ${recordText(to)}.`,
      'Who is in production, or could not be read, stays all the same. Nobody leaves after it but by an approval, until it is released.',
    ];
    io.stdout.write(lines.map((line) => `${printable(line)}\n`).join(''));
    if (!flags.yes && !(await isConfirmed(`Roll ${keyString(key)} back to that?`, io))) {
      io.stderr.write('Nothing was asked for.\n');
      return EXIT.failed;
    }
    await cluster.client.askRollback(key, { to, ...(reason !== undefined && { reason }) }, io.signal);
    io.stdout.write(
      `${printable(`Asked for; ${whenCarriedOut(policy.policy?.spec ?? {}, 'the controller carries it out at once')}`)}\n`,
    );
    return EXIT.ok;
  });
}

/** The exit code. */
export function release(name: string, flags: ClusterFlags, io: CommandIO): Promise<number> {
  return onCluster(flags, io, async (cluster) => {
    const key = keyOf(name, cluster, flags);
    const { rollback: asked } = await cluster.client.policy(key, io.signal);
    if (asked === undefined)
      throw new Plus1Error('PLUS1_NOT_HELD', `${keyString(key)} is not rolled back`, {
        fix: 'see with kubectl get plus1 what is held now',
      });
    await cluster.client.askRollback(key, undefined, io.signal);
    const what = 'who is not in production leaves after the grace period, within the guards';
    io.stdout.write(`${printable(`${keyString(key)}: the next pass releases it; ${what}`)}\n`);
    return EXIT.ok;
  });
}

/** Throws PLUS1_USAGE. What the controller could not read would leave the policy not ready until somebody looks. */
function recordOf({ to, writer }: RollbackFlags): string {
  const isNumber = NUMBER.test(to);
  if (!isNumber && !(TIME.test(to) && isDay(to) && !Number.isNaN(Date.parse(to))))
    throw new Plus1Error(
      'PLUS1_USAGE',
      `--to: found ${JSON.stringify(to)}, allowed: the number of a record, or a time such as 2026-11-28T04:00:00Z`,
    );
  if (writer === undefined) return to;
  if (!isNumber) throw writerWithoutNumber();
  if (writer.length > MAX_WRITER_CHARACTERS || !/^[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?$/.test(writer))
    throw new Plus1Error('PLUS1_USAGE', `--writer: found ${JSON.stringify(writer)}, allowed: a name such as plus1-0`);
  return `${to}@${writer}`;
}

function count({ status: { ruleset } }: PolicyRecord): string {
  if (ruleset === undefined) return 'no members that a pass has seen';
  return `${ruleset.members} ${ruleset.members === 1 ? 'member' : 'members'}`;
}

function recordText(to: string): string {
  const [number = '', writer] = to.split('@');
  if (!NUMBER.test(number)) return `the last record before ${to}`;
  return `record ${number}${writer === undefined ? '' : ` of ${writer}`}`;
}
