/** Catalogue files: anyone who can push to a repository writes them. */
import { expect } from 'chai';
import fc from 'fast-check';
import { judge, migrate, type Verdict } from '../../../pkg/catalog/index.js';
import { readPlain } from '../../../pkg/text/yaml/plain.js';
import { entity, PATH, present, SETTINGS, stream } from '../../catalog/build.js';
import { definitions as random } from '../../catalog/migrate/definitions.js';
import { hostileText } from '../../catalog/random-inputs.js';
import { corpus, realFiles } from '../corpus.js';
import { mutatedText } from '../mutate/text.js';
import { printable } from '../printable.js';
import { target } from '../target.js';

const OWN = [
  entity('production'),
  stream(entity('production', 'a'), entity('staging', 'b')),
  `# owners: team-a\n${entity('Production')}  tier: "1"\nintegrations:\n  pagerduty: {serviceURL: 'https://a.example/x'}\n`,
  entity('production').replaceAll('\n', '\r\n'),
  'schema-version: v2.2\ndd-service: shop\nlifecycle: production\ncontacts:\n  - type: email\n    contact: a@example.com\n',
  'apiVersion: v3\nkind: system\nmetadata: &m {name: shop, inheritFrom: "service:x"}\nspec:\n  lifecycle: &l production\n  components: [*l]\n',
];
const WORDS = [
  'lifecycle: production',
  'lifecycle: staging\n',
  'apiVersion: v3\n',
  'kind: service\n',
  'v2.1',
  'production',
];

const files = mutatedText([...OWN, ...corpus('catalogue'), ...realFiles()], { pieces: WORDS });

/** By far most of them; the others are what breaks readers of YAML. */
const texts = fc.oneof({ weight: 12, arbitrary: files }, { weight: 1, arbitrary: hostileText });

const isRead = ({ status }: Verdict): boolean => status !== 'invalid_yaml' && status !== 'unreadable';

export const catalogue = target<string>({
  name: 'catalogue',
  weight: 30,
  leastTaken: 0.3,
  inputs: texts,
  judge: (text) => {
    const verdict = judge([present(text)], SETTINGS);
    for (const { found, expected, fix } of verdict.reasons) printable(found, expected, fix);
    if (verdict.status === 'valid_production') {
      expect(SETTINGS.productionLifecycles).to.include(verdict.evidence?.lifecycle);
      expect(verdict.lifecycles).to.include(verdict.evidence?.lifecycle);
    }
    // What is read without the library of YAML means what the library reads: a tab leaves the same text to it.
    if (readPlain(text) !== undefined) {
      const whole = judge([present(`${text}\n#\t\n`)], SETTINGS);
      expect(essence(verdict)).to.deep.equal(essence(whole));
    }
    return isRead(verdict);
  },
});

const essence = ({ status, lifecycles, documents, evidence }: Verdict): unknown => ({
  status,
  lifecycles,
  documents,
  line: evidence?.line,
});

const definitions = fc.oneof(
  random.map(({ text }) => text),
  mutatedText([...OWN, ...corpus('catalogue'), ...realFiles()], { pieces: WORDS, most: 3 }),
);

export const migration = target<string>({
  name: 'migration',
  weight: 1,
  leastTaken: 0.2,
  inputs: definitions,
  judge: (text) => {
    const { after, before, refusals, notes, verdict } = migrate(
      { path: PATH, state: 'present', content: text },
      SETTINGS,
    );
    for (const { says } of [...refusals, ...notes]) printable(says);
    if (refusals.length > 0 || after === before) expect(after).to.equal(before);
    // What was written is written for good, and never worse than before.
    const again = migrate({ path: PATH, state: 'present', content: after }, SETTINGS);
    if (refusals.length === 0 && isRead(verdict)) {
      expect(again.after).to.equal(after);
      expect(isRead(judge([present(after)], SETTINGS))).to.equal(true);
    }
    return after !== before;
  },
});
