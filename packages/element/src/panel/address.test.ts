import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import en from '../locales/en.js';
import { addressOf, cleanName, isolated, localName, shortened } from './address.js';
import { nameOf } from './view-model.js';

describe('the address of somebody who calls', () => {
  it('is the bare JID: what its owner writes into the resource is not shown', () => {
    assert.equal(addressOf('anna@example.org/✔ Verified by your bank'), 'anna@example.org');
    assert.equal(addressOf('evil.example/Alice@bank.example'), 'evil.example');
  });

  it('shows that something is there which cannot be seen', () => {
    for (const unseen of [
      '\u202e',
      '\u2066',
      '\u200b',
      '\u200d',
      '\u00ad',
      '\ufeff',
      '\u2800',
      '\u3164',
      '\u0000',
      '\n',
      '\u{e0041}',
    ]) {
      assert.equal(addressOf(`an${unseen}na@example.org`), 'an\ufffdna@example.org', JSON.stringify(unseen));
    }
  });

  it('carries no tower of marks', () => {
    assert.equal(addressOf(`a${'\u0301'.repeat(40)}@example.org`), `a${'\u0301'.repeat(4)}@example.org`);
  });

  it('loses its middle, visibly, where it is too long', () => {
    assert.equal(shortened('anna@example.org'), 'anna@example.org');
    const long = shortened(`${'a'.repeat(300)}@bank.example.${'b'.repeat(40)}.evil.example`);
    assert.equal(Array.from(long).length, 64);
    assert.match(long, /^a{32}…b+\.evil\.example$/);
  });
});

describe('the name of somebody who calls', () => {
  it('is never a domain, nor what stands behind the address', () => {
    for (const jid of [
      'evil.example/Alice@bank',
      'bank.example',
      '@bank.example',
      'bank.example/anna@bank.example/x',
    ]) {
      assert.equal(localName(jid), undefined, jid);
      assert.equal(nameOf(jid, en.strings), 'Visitor', jid);
    }
  });

  it('is made of letters, not of promises', () => {
    for (const local of ['✔', '✔verified', 'anna\u202e', 'an\u200bna', '🏦', 'your\\20bank', 'a b']) {
      assert.equal(nameOf(`${local}@example.org`, en.strings), 'Visitor', local);
    }
    for (const local of ['anna', 'maría', 'अन्ना', 'אנה', 'anna+desk', 'o_neil-2']) {
      assert.equal(nameOf(`${local}@example.org/resource`, en.strings), local);
    }
  });
});

describe('a name that the page gives', () => {
  it('is one line of what can be seen', () => {
    assert.equal(cleanName('  Anna\n\u202e from \u200b sales\u2069 '), 'Anna from  sales'.replace(/ +/g, ' '));
  });

  it('keeps what joins letters and emoji', () => {
    assert.equal(cleanName('می\u200cخواهم 👩\u200d💻'), 'می\u200cخواهم 👩\u200d💻');
  });

  it('keeps its direction to itself in a sentence', () => {
    assert.equal(isolated('Anna'), 'Anna');
    assert.equal(isolated('אנה'), '\u2068אנה\u2069');
  });
});
