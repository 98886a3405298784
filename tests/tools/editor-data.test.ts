import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { XmppCallElement } from '@xmpp-call/element';
import { vscodeData, webTypes } from '../../tools/docs/editor-data.mjs';
import { elementManifest } from '../../tools/docs/element-manifest.mjs';

interface Entry {
  readonly name: string;
  readonly description: string;
}

const { element } = elementManifest();
const attributeNames = [...XmppCallElement.observedAttributes].sort();
const names = (entries: readonly { readonly name: string }[]) => entries.map(({ name }) => name).sort();

function assertDescribed(entries: readonly Entry[]): void {
  for (const { name, description } of entries) assert.ok(description.length > 0, name);
}

describe('the data for VS Code', () => {
  const [tag] = vscodeData(element).tags;
  assert.ok(tag);

  it('have the element and each attribute with its description', () => {
    assert.equal(tag.name, 'xmpp-call');
    assert.ok(tag.description.length > 0);
    assert.deepEqual(names(tag.attributes), attributeNames);
    assertDescribed(tag.attributes);
  });

  it('have the values of an attribute', () => {
    const valuesOf = (name: string) => tag.attributes.find((one) => one.name === name)?.values?.map((one) => one.name);
    assert.deepEqual(valuesOf('mode'), ['visitor', 'agent']);
    assert.deepEqual(valuesOf('media-core'), ['auto', 'native', 'wasm']);
    assert.deepEqual(valuesOf('ice-transport-policy'), ['all', 'relay']);
    assert.equal(valuesOf('to'), undefined);
    assert.equal(tag.attributes.find(({ name }) => name === 'video')?.valueSet, 'v');
  });
});

describe('the web-types', () => {
  const [tag] = webTypes(element, { name: '@xmpp-call/element', version: '1.2.3' }).contributions.html.elements;
  assert.ok(tag);

  it('have each attribute, property, event, slot, part and custom property with its description', () => {
    assert.deepEqual(names(tag.attributes), attributeNames);
    assert.deepEqual(names(tag.js.events), names(element.events));
    assert.deepEqual(names(tag.js.properties), names(element.members.filter(({ kind }) => kind === 'field')));
    assert.deepEqual(names(tag.slots), names(element.slots));
    assert.deepEqual(names(tag.css.parts), names(element.cssParts));
    assert.deepEqual(names(tag.css.properties), names(element.cssProperties));
    for (const entries of [tag.attributes, tag.js.events, tag.js.properties, tag.slots, tag.css.parts]) {
      assert.ok(entries.length > 0);
      assertDescribed(entries);
    }
  });

  it('have the kind of value of an attribute', () => {
    const valueOf = (name: string) => tag.attributes.find((one) => one.name === name)?.value;
    assert.deepEqual(valueOf('silent'), { kind: 'no-value', type: 'boolean', required: false });
    assert.deepEqual(valueOf('mode'), { kind: 'plain', type: ["'visitor'", "'agent'"] });
    assert.deepEqual(valueOf('ring-timeout'), { kind: 'plain', type: 'number' });
  });
});
