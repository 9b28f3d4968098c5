/** What `plus1 rollout fold` does: reads the main ruleset, and prints it with the rules of a rollout added. Writes nothing. */
import { Plus1Error } from '../../../pkg/errors/index.js';
import { fold, missingRules, typeOf } from '../../../pkg/rollout/index.js';
import { printable, printableJSON } from '../../../pkg/text/index.js';
import { readEnvironment } from '../environment.js';
import { EXIT, type CommandIO } from '../io.js';
import { reporting } from '../program.js';
import { stateFolder } from '../state-folder.js';
import { oneRollout } from './kept-rollouts.js';
import { onGitHub, type AccessOptions } from './on-github.js';

export interface FoldOptions extends AccessOptions {
  state?: string;
}

/** The exit code. */
export function runFold(name: string, options: FoldOptions, io: CommandIO): Promise<number> {
  return reporting(io, async () => {
    const { metadata, spec, status } = await oneRollout(
      stateFolder(options.state, readEnvironment(io.env)),
      name,
      io.signal,
    );
    const { main, rules } = await onGitHub(options, io, async (reader, { spec: { organization, ruleset } }) => {
      const live = await reader.findRuleset(organization, ruleset.name, io.signal);
      const id = status.candidate?.rulesetID;
      const candidate = id === undefined ? undefined : await reader.owned.read(organization, id, io.signal);
      // As GitHub shows them, with what it adds: the main ruleset is compared with these.
      return { main: live, rules: candidate?.others.rules ?? spec.rules };
    });
    if (main.others === undefined) throw new Plus1Error('PLUS1_GITHUB_UNAVAILABLE', 'GitHub does not show its rules');
    const { rules: mainRules, bypassActors } = main.others;
    const added = missingRules(rules, mainRules);
    const known = new Set(mainRules.map(typeOf));
    const twice = [...new Set(added.map(typeOf).filter((type) => known.has(type)))];
    io.stdout.write(
      printableJSON(
        {
          ...{ name: main.name, target: main.target, enforcement: main.enforcement, conditions: main.conditions },
          rules: fold(mainRules, rules),
          ...(bypassActors !== 'unknown' && { bypass_actors: bypassActors }),
        },
        2,
      ),
    );
    if (twice.length > 0)
      io.stderr.write(
        `${printable(`${main.name} has these rules with other parameters: ${twice.join(', ')}. Put the two of each into one before you apply it.`)}\n`,
      );
    if (status.end !== 'Completed' && status.end !== 'Folded')
      io.stderr.write(`${printable(`${metadata.name} is not completed yet: not every stage has proved its rules.`)}\n`);
    return EXIT.ok;
  });
}
