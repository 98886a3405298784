import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { XmppCallElement } from '@xmpp-call/element';
import { PAGES, generatedPage } from '../../tools/docs/docs.mjs';
import { elementManifest } from '../../tools/docs/element-manifest.mjs';
import { ROOT } from '../../tools/setup.mjs';

describe('the generated parts of the documentation', () => {
  for (const page of PAGES) {
    it(`are up to date in ${page}: npm run docs`, async () => {
      assert.equal(readFileSync(join(ROOT, page), 'utf8'), await generatedPage(page));
    });
  }
});

describe('the custom elements manifest', () => {
  const { element } = elementManifest();

  it('has the attributes of the element, each with a description', () => {
    assert.deepEqual(element.attributes.map(({ name }) => name).sort(), [...XmppCallElement.observedAttributes].sort());
    for (const { name, description = '' } of element.attributes) assert.notEqual(description, '', name);
  });

  it('has what is public, with a description', () => {
    const names = element.members.map(({ name }) => name);
    for (const name of ['startCall', 'hangUp', 'signIn', 'signOut', 'showCall', 'client', 'call', 'to'])
      assert.ok(names.includes(name), name);
    assert.ok(names.every((name) => !name.startsWith('#') && name !== 'loading'));
    for (const { name, description = '' } of element.members) assert.notEqual(description, '', name);
  });
});
