import { expect } from 'chai';
import { spawnSync } from 'node:child_process';
import { words } from './words.js';

describe('command lines of the story', () => {
  const SAME: readonly [line: string, reason: string][] = [
    ["install plus1 charts/plus1 --set 'rbac.secretNames={a,b}'", 'braces with a comma would become two words'],
    [`wait --for='jsonpath={.status.conditions[?(@.type=="Ready")].reason}=Suspended' plus1/acme`, 'quotes in a word'],
    [`patch plus1 acme -p '{"spec": {"suspend": true}}'`, 'blanks in a word'],
    ['create secret generic a --from-literal=githubAppBaseURL=http://127.0.0.1:1/api/v3', 'nothing to quote'],
  ];
  for (const [line, reason] of SAME) {
    it(`are what bash makes of them: ${reason}`, function () {
      const bash = spawnSync('bash', ['-c', `printf '%s\\n' ${line}`], { encoding: 'utf8' });
      if (bash.error) return this.skip();
      expect(words(line)).to.deep.equal(bash.stdout.trimEnd().split('\n'));
    });
  }

  for (const line of [
    '--set rbac.secretNames={a,b}',
    'get plus1 -o jsonpath={.status.leaving}',
    'get events -o name | head',
    "get '",
  ]) {
    it(`are refused where bash would read something else: ${line}`, () => {
      expect(() => words(line)).to.throw('bash would not take this');
    });
  }
});
