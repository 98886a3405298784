import { expect } from '@esm-bundle/chai';
import { EXPECTED, FINGERPRINTS } from './fingerprints.testing.js';

describe('synthesised clips and sound in this browser', () => {
  for (const [name, fingerprint] of Object.entries(FINGERPRINTS)) {
    it(`${name} is the same as everywhere`, () => {
      expect(fingerprint()).to.equal(EXPECTED[name as keyof typeof FINGERPRINTS]);
    });
  }
});
