/** A policy that a page shows is copied; one that would be refused helps nobody. */
import { expect } from 'chai';
import * as v from 'valibot';
import { parse } from 'yaml';
import {
  API_VERSION,
  inputKind,
  KIND,
  parseInput,
  parsePolicy,
  policySchema,
  policyStatus,
} from '../../pkg/api/index.js';

import { pages, type Block } from './page.js';

interface Shown {
  kind?: string;
  spec?: Record<string, unknown>;
  status?: unknown;
}

const shown = ({ text }: Block): Shown => (parse(text) ?? {}) as Shown;

/** A fragment, with what every policy needs beside it. */
const whole = ({ spec }: Shown): object => ({
  apiVersion: API_VERSION,
  kind: KIND,
  metadata: { name: 'acme' },
  spec: { organization: 'acme', github: {}, ...spec },
});

/** Policies that commands hand over as they stand. */
function handedOver({ info, text }: Block): string[] {
  if (!/^sh( |$)/.test(info)) return [];
  const texts = [...text.matchAll(/<<'?([A-Z]+)'?\n([^]*?)\n\1$/gm)].map(([, , document = '']) => document);
  return texts.filter((document) => document.includes(`kind: ${KIND}`) && !document.includes('$'));
}

describe('policies of the documentation', () => {
  for (const { path, blocks } of pages()) {
    for (const block of blocks) {
      if (block.info !== 'yaml') {
        for (const document of handedOver(block)) {
          it(`${path}:${block.line} is valid`, () => expect(parsePolicy(parse(document))).to.include({ ok: true }));
        }
        continue;
      }
      const { kind, spec, status } = shown(block);
      if (kind === KIND) {
        it(`${path}:${block.line} is valid`, () => expect(parsePolicy(shown(block))).to.include({ ok: true }));
      } else if (inputKind(kind) !== undefined) {
        it(`${path}:${block.line} is valid`, () => {
          const input = inputKind(kind);
          expect(input && parseInput(input, shown(block))).to.include({ ok: true });
        });
      } else if (spec !== undefined) {
        it(`${path}:${block.line} is a valid part`, () => {
          expect(v.safeParse(policySchema, whole({ spec })).issues).to.equal(undefined);
        });
      } else if (status !== undefined) {
        it(`${path}:${block.line} is a status that could be`, () => {
          expect(v.safeParse(policyStatus, status).issues).to.equal(undefined);
        });
      }
    }
  }
});
