/** YAML that libyaml and go-yaml read although YAML 1.2 asks for more indentation: it is judged, with a warning. */
import { expect } from 'chai';
import { codes, reasonOf, verdictOn } from './build.js';

const HEAD = 'apiVersion: v3\nkind: service\nmetadata:\n  name: svc\n';
const SPEC = 'spec:\n  lifecycle: production\n';

describe('indentation in brackets and quotes', () => {
  const read: { reason: string; text: string; line: number }[] = [
    { reason: 'a closing bracket at the margin', text: `${HEAD}  tags: [\n    "a",\n    "b"\n]\n${SPEC}`, line: 8 },
    { reason: 'items at the margin', text: `${HEAD}tags: [a,\nb,\nc]\n${SPEC}`, line: 6 },
    { reason: 'an inner closing bracket', text: `${HEAD}  tags: [ {\n    a: b\n  } ]\n${SPEC}`, line: 7 },
    { reason: 'items below their key', text: `${HEAD}  tags: [\n  "a",\n  "b"\n  ]\n${SPEC}`, line: 6 },
    { reason: 'a nested closing bracket', text: `${HEAD}spec: { lifecycle: production, x: [\n  a\n] }\n`, line: 7 },
    { reason: 'a quoted text below its key', text: `${HEAD}  description: "one\n  two"\n${SPEC}`, line: 6 },
    { reason: 'a text in single quotes at the margin', text: `${HEAD}  description: 'one\ntwo'\n${SPEC}`, line: 6 },
    { reason: 'words of a plain text in brackets', text: `${HEAD}  tags: [one\ntwo, three]\n${SPEC}`, line: 6 },
    { reason: 'the same with CRLF', text: `${HEAD}tags: [a,\nb]\n${SPEC}`.replaceAll('\n', '\r\n'), line: 6 },
  ];
  for (const { reason, text, line } of read) {
    it(`is a warning for ${reason}, and the content is judged`, () => {
      const verdict = verdictOn(text);
      expect(verdict.status).to.equal('valid_production');
      expect(reasonOf(verdict, 'yaml-unindented')).to.include({ severity: 'warning', line });
      expect(codes(verdict)).to.not.include('yaml-indentation');
    });
  }

  const silent: { reason: string; text: string }[] = [
    {
      reason: 'a comment at the margin after an inner bracket',
      text: `${HEAD}spec: {lifecycle: production, x: {}\n# c\n}\n`,
    },
    { reason: 'a last bracket below its key', text: `${HEAD}  tags: [\n    a\n  ]\n${SPEC}` },
    {
      reason: 'enough indentation',
      text: `${HEAD}  tags: [\n    a,\n\n  # comment\n    b ]\n  description: "one\n\n    two"\n${SPEC}`,
    },
    {
      reason: 'JSON, where nothing is above the brackets',
      text: '{"apiVersion": "v3",\n"kind": "service",\n"metadata": {\n"name": "a"},\n"spec": {"lifecycle":\n"production"}}\n',
    },
  ];
  for (const { reason, text } of silent) {
    it(`is not told of for ${reason}`, () => {
      expect(verdictOn(text).status).to.equal('valid_production');
      expect(codes(verdictOn(text))).to.not.include('yaml-unindented');
    });
  }

  const refused: { reason: string; text: string }[] = [
    { reason: 'the mark of a document in brackets', text: `${HEAD}tags: [a,\n---\nb]\n${SPEC}` },
    { reason: 'the mark of a document in quotes', text: `${HEAD}x: "a\n---\nb"\n${SPEC}` },
    { reason: 'a plain text outside of brackets', text: `${HEAD}  description: one\ntwo\n${SPEC}` },
    { reason: 'a tab in place of indentation', text: `${HEAD}spec:\n\tlifecycle: production\n` },
    { reason: 'a tab before more words of a plain text', text: `${HEAD}tags: [one\n\ttwo]\n${SPEC}` },
    { reason: 'a bracket that is never closed', text: `${HEAD}tags: [a,\n${SPEC}` },
    { reason: 'a key that goes on behind brackets', text: `${HEAD}tags: [a,\nb] c: d\n${SPEC}` },
  ];
  for (const { reason, text } of refused) {
    it(`stays an error for ${reason}`, () => expect(verdictOn(text).status).to.equal('invalid_yaml'));
  }
});
