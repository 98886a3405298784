import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { NS } from './namespaces.js';
import { buildCategories, fromContentAttribute, parseCategories, toContentAttribute } from './xep-0507-category.js';
import { el, type Element } from './xml.js';
import { transmitted, xml } from './xml.testing.js';

const description = (...children: readonly Element[]) => el('description', { xmlns: NS.rtp, media: 'video' }, children);
const category = (name: string, xmlns: string = NS.category) => el('category', { xmlns, name });

describe('XEP-0507', () => {
  it('reads what it builds', () => {
    const given = ['slides', 'alt'] as const;
    assert.deepEqual(parseCategories(transmitted(description(...buildCategories(given)))), given);
    assert.deepEqual(parseCategories(description()), []);
  });

  it('maps to a=content of RFC 4796', () => {
    assert.equal(toContentAttribute(['slides', 'alt']), 'slides,alt');
    assert.equal(toContentAttribute([]), undefined);
    assert.deepEqual(fromContentAttribute('slides, alt,x,slides'), ['slides', 'alt']);
  });

  it('passes over what makes no sense', () => {
    const odd = [
      category('screen'),
      category('slides', NS.rtp),
      category('x'.repeat(5000)),
      el('category', { xmlns: NS.category }),
    ];
    assert.deepEqual(parseCategories(description(...odd, category('sl'), category('sl'))), ['sl']);
    const prefixed = xml(
      `<description xmlns="${NS.rtp}" xmlns:c="${NS.category}"><c:category name="main"/></description>`,
    );
    assert.deepEqual(parseCategories(prefixed), ['main']);
    const many = Array.from({ length: 5000 }, () => category('main'));
    assert.deepEqual(parseCategories(description(...many)), ['main']);
  });
});
