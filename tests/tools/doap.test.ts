import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { parseXml } from '../../packages/signaling/src/stream/parse-xml.js';
import { ROOT } from '../../tools/setup.mjs';

const DOAP = readFileSync(join(ROOT, 'docs/xmpp-call.doap'), 'utf8');

/** XEPs that the code says it follows, as `XEP-0166` in a comment or as the name of a module. */
function namedInCode(): Set<string> {
  const named = new Set<string>();
  for (const name of ['jingle', 'signaling']) {
    const directory = join(ROOT, 'packages', name, 'src');
    for (const file of readdirSync(directory, { recursive: true, encoding: 'utf8' })) {
      const module = /xep-(\d{4})-/.exec(file)?.[1];
      if (module !== undefined) named.add(module);
      if (!file.endsWith('.ts') || /\.(test|testing)\.ts$/.test(file)) continue;
      for (const [, number = ''] of readFileSync(join(directory, file), 'utf8').matchAll(/XEP-(\d{4})/g))
        named.add(number);
    }
  }
  return named;
}

/** Those that only define formats which others use: dates, hashes and form fields. */
const FORMATS = new Set(['0082', '0128', '0300']);

describe('the DOAP file', () => {
  const listed = [...DOAP.matchAll(/extensions\/xep-(\d{4})\.html/g)].map(([, number = '']) => number);

  it('is well-formed', () => {
    assert.equal(parseXml(DOAP.replace(/^<\?xml.*\?>\n/, '')).name, 'rdf:RDF');
  });

  it('lists each XEP once, in order', () => {
    assert.deepEqual(listed, [...new Set(listed)].sort());
  });

  it('lists every XEP that the code names', () => {
    const missing = [...namedInCode()].filter((number) => !FORMATS.has(number) && !listed.includes(number));
    assert.deepEqual(missing, []);
  });

  it('says how far each is supported', () => {
    const statuses = [...DOAP.matchAll(/<xmpp:status>(\w+)<\/xmpp:status>/g)].map(([, status]) => status);
    assert.equal(statuses.length, listed.length);
    for (const status of statuses) assert.ok(status === 'complete' || status === 'partial', status);
  });
});
