import { describe, it } from 'node:test';
import { Random } from '@xmpp-call/wasm-testing';
import { HOSTILE_PROPERTIES } from './hostile.testing.js';

const SEED = 1701;
const RUNS = 3000;

describe('arbitrary bytes from a peer', () => {
  for (const [name, holds] of Object.entries(HOSTILE_PROPERTIES)) {
    it(name, async () => holds(new Random(SEED), RUNS));
  }
});
