/** `kubectl plus1` with its subcommands. What they do is loaded when one is called: the Kubernetes client costs half a second. */
import { Command, Option, type OptionValues } from 'commander';
import { KINDS_OF_APPROVAL } from '../../pkg/api/index.js';
import type { CommandIO } from '../plus1/io.js';
import { withIO } from '../plus1/program.js';
import { version } from '../plus1/version.js';
import type { ClusterFlags } from './cluster.js';
import type { ApproveFlags } from './run-approve.js';
import type { GetFlags } from './run-get-approvals.js';
import type { Kind } from './run-inputs.js';
import type { RollbackFlags } from './run-rollback.js';

const POLICY = 'NAME or NAMESPACE/NAME';

/** The whole program, speaking through `io`. */
export function kubectlPlus1(io: CommandIO): Command {
  const program = new Command('kubectl plus1')
    .description('Approves held plans of Plus1 in a cluster, and rolls a membership back')
    .version(version(), '-V, --version', 'print the version')
    .option('-n, --namespace <namespace>', 'namespace of the policy (default: that of the context)')
    .option('--context <name>', 'context of the kubeconfig (default: its current one)')
    .option('--kubeconfig <file>', 'kubeconfig (default: $KUBECONFIG, else ~/.kube/config)')
    .configureHelp({ showGlobalOptions: true })
    .helpCommand(false);
  for (const command of [get(io), approve(io), rollback(io), release(io), rollout(io), incident(io)])
    program.addCommand(withIO(command.configureHelp({ showGlobalOptions: true }), io));
  return withIO(program, io);
}

function get(io: CommandIO): Command {
  const approvals = new Command('approvals')
    .description('show the approvals of a namespace, or of one policy')
    .argument('[policy]', POLICY)
    .addOption(new Option('-o, --output <format>', 'the whole objects').choices(['json', 'yaml']))
    .configureHelp({ showGlobalOptions: true })
    .addHelpText('after', exitCodes('it printed what was asked for; there are none at all', 'there is no such policy'))
    .action(async (policy: string | undefined, _own: unknown, command: Command) =>
      io.done(await (await import('./run-get-approvals.js')).getApprovals(policy, flagsOf<GetFlags>(command), io)),
    );
  return new Command('get')
    .description('show approvals (policies: kubectl get plus1)')
    .helpCommand(false)
    .addCommand(withIO(approvals, io));
}

function approve(io: CommandIO): Command {
  return new Command('approve')
    .description('let a plan pass that a guard holds, in your name and with your groups')
    .argument('<policy>', POLICY)
    .requiredOption('--reason <text>', 'why, 8 to 1024 characters')
    .option(
      '--plan <hash>',
      'the plan that you looked at: refused where another is held by now; or what an egress rule, a rollout or an incident waits with',
    )
    .addOption(
      new Option(
        '--kind <kind>',
        'an Emergency releases alone, where the policy has emergencyGroups; a Review sets when a rule is reviewed next',
      )
        .choices(KINDS_OF_APPROVAL)
        .default('Normal'),
    )
    .option('--yes', 'do not ask; required without a terminal', false)
    .addHelpText(
      'after',
      exitCodes(
        'the approval was made',
        'nothing is held, --plan is not held, No at the prompt, or the cluster refuses it',
      ),
    )
    .action(async (policy: string, _own: unknown, command: Command) =>
      io.done(await (await import('./run-approve.js')).approve(policy, flagsOf<ApproveFlags>(command), io)),
    );
}

function rollback(io: CommandIO): Command {
  return new Command('rollback')
    .description('bring back the membership that a record of the journal has; the controller carries it out once')
    .argument('<policy>', POLICY)
    .requiredOption('--to <SEQUENCE|TIME>', 'number of a record, or a time such as 2026-11-28T04:00:00Z')
    .option('--writer <name>', 'whose record it is, such as plus1-0 (default: that of the pod that leads)')
    .option('--reason <text>', 'why, at most 1024 characters; kept in the journal')
    .option('--yes', 'do not ask; required without a terminal', false)
    .addHelpText(
      'after',
      exitCodes('the policy asks for it', 'it asks for that already, No at the prompt, or the cluster refuses it'),
    )
    .action(async (policy: string, _own: unknown, command: Command) =>
      io.done(await (await import('./run-rollback.js')).rollback(policy, flagsOf<RollbackFlags>(command), io)),
    );
}

function release(io: CommandIO): Command {
  return new Command('release')
    .description('end the hold of a rollback, or take back one that waits')
    .argument('<policy>', POLICY)
    .addHelpText(
      'after',
      exitCodes('the policy asks for none any more', 'it is not rolled back, or the cluster refuses it'),
    )
    .action(async (policy: string, _own: unknown, command: Command) =>
      io.done(await (await import('./run-rollback.js')).release(policy, flagsOf<ClusterFlags>(command), io)),
    );
}

function rollout(io: CommandIO): Command {
  const words = {
    pause: 'let no further stage begin: sets spec.paused',
    resume: 'let stages begin again; what was rolled back and paused begins again',
    abort: 'bring the members back to those of first: sets spec.abort',
  };
  return inputs('rollout', 'follow rollouts, and pause, resume or abort one (fold: plus1 rollout fold)', words, io);
}

function incident(io: CommandIO): Command {
  const words = {
    close: 'ask for the release, which waits for an approval: sets spec.closed',
    reopen: 'take that back: who was released is isolated again',
  };
  return inputs(
    'incident',
    'follow incidents, and ask for the release of one (approve: kubectl plus1 approve --plan)',
    words,
    io,
  );
}

/** `status`, and one word for each switch. */
function inputs(kind: Kind, about: string, words: Readonly<Record<string, string>>, io: CommandIO): Command {
  const status = new Command('status')
    .description('show what the last pass made of it')
    .argument(`[${kind}]`, `${POLICY}; all of the namespace without it`)
    .configureHelp({ showGlobalOptions: true })
    .addHelpText('after', exitCodes('it printed what was asked for; there are none at all', `there is no such ${kind}`))
    .action(async (name: string | undefined, _own: unknown, command: Command) =>
      io.done(await (await import('./run-inputs.js')).showInputs(kind, name, flagsOf<ClusterFlags>(command), io)),
    );
  const switches = Object.entries(words).map(([word, what]) =>
    new Command(word)
      .description(what)
      .argument(`<${kind}>`, POLICY)
      .configureHelp({ showGlobalOptions: true })
      .addHelpText('after', exitCodes('the object says so', 'it said so already, or the cluster refuses it'))
      .action(async (name: string, _own: unknown, command: Command) => {
        const { switchInput, specOf } = await import('./run-inputs.js');
        io.done(await switchInput({ kind, word, spec: specOf(kind, word) }, name, flagsOf<ClusterFlags>(command), io));
      }),
  );
  const parent = new Command(kind).description(about).helpCommand(false);
  for (const command of [status, ...switches]) parent.addCommand(withIO(command, io));
  return parent;
}

/** Those of the program too, which may stand before the subcommand or after it. */
const flagsOf = <T extends OptionValues>(command: Command): T => command.optsWithGlobals<T>();

const exitCodes = (ok: string, failed: string): string => `
Exit codes:
  0  ${ok}
  1  ${failed}
  2  wrong usage, or no cluster to ask`;
