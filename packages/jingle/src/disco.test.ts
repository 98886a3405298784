import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { describe, it } from 'node:test';
import { canBeCalled, ourDiscoInfo, ourFeatures } from './features.js';
import { isSameBare, isSameJid, parseJid } from './jid.js';
import { NS } from './namespaces.js';
import { buildDiscoInfo, parseDiscoInfo } from './xep-0030-disco.js';
import { buildCaps, capsString, capsVer, parseCaps, verifyCaps, type Digest } from './xep-0115-caps.js';
import { caps2Node, parseCaps2, verifyCaps2 } from './xep-0390-caps2.js';
import { el } from './xml.js';
import { transmitted, valueOf, xml } from './xml.testing.js';

const digest =
  (algorithm: string): Digest =>
  (bytes) =>
    Promise.resolve(new Uint8Array(createHash(algorithm).update(bytes).digest()));
const sha1 = digest('sha1');
const query = (inner: string) => valueOf(parseDiscoInfo(xml(`<query xmlns="${NS.discoInfo}">${inner}</query>`)));

// XEP-0115 §5.2 and §5.3.
const SIMPLE = query(`
  <identity category="client" name="Exodus 0.9.1" type="pc"/>
  <feature var="http://jabber.org/protocol/caps"/><feature var="http://jabber.org/protocol/disco#info"/>
  <feature var="http://jabber.org/protocol/disco#items"/><feature var="http://jabber.org/protocol/muc"/>`);
const COMPLEX = query(`
  <identity xml:lang="en" category="client" name="Psi 0.11" type="pc"/>
  <identity xml:lang="el" category="client" name="Ψ 0.11" type="pc"/>
  <feature var="http://jabber.org/protocol/caps"/><feature var="http://jabber.org/protocol/disco#info"/>
  <feature var="http://jabber.org/protocol/disco#items"/><feature var="http://jabber.org/protocol/muc"/>
  <x xmlns="jabber:x:data" type="result">
    <field var="FORM_TYPE" type="hidden"><value>urn:xmpp:dataforms:softwareinfo</value></field>
    <field var="ip_version"><value>ipv4</value><value>ipv6</value></field>
    <field var="os"><value>Mac</value></field><field var="os_version"><value>10.5.1</value></field>
    <field var="software"><value>Psi</value></field><field var="software_version"><value>0.11</value></field>
  </x>`);

describe('XEP-0030 and XEP-0115', () => {
  it('hashes the examples of the XEP', async () => {
    assert.equal(await capsVer(SIMPLE, sha1), 'QgayPKawpkPSDYmwT/WM94uAlu0=');
    assert.equal(await capsVer(COMPLEX, sha1), 'q07IKJEyjvHSyhy//CH0CxmKi8w=');
  });

  it('reads what it built', async () => {
    const info = ourDiscoInfo('xmpp-call');
    const read = valueOf(parseDiscoInfo(transmitted(buildDiscoInfo(info))));
    assert.deepEqual(read, info);
    assert.deepEqual(valueOf(parseDiscoInfo(transmitted(buildDiscoInfo(COMPLEX)))), COMPLEX);
    const caps = { hash: 'sha-1', node: 'https://example.org', ver: await capsVer(info, sha1) };
    assert.deepEqual(parseCaps(el('presence', undefined, [buildCaps(caps)])), caps);
    assert.equal(await verifyCaps(read, caps, sha1), true);
  });

  it('trusts no info with another hash or a wrong one', async () => {
    assert.equal(
      await verifyCaps(SIMPLE, { hash: 'md5', node: 'n', ver: 'QgayPKawpkPSDYmwT/WM94uAlu0=' }, sha1),
      false,
    );
    assert.equal(await verifyCaps(SIMPLE, { node: 'n', ver: 'QgayPKawpkPSDYmwT/WM94uAlu0=' }, sha1), false);
    assert.equal(await verifyCaps(SIMPLE, { hash: 'sha-1', node: 'n', ver: 'AAAA' }, sha1), false);
  });

  it('trusts no info whose string could stand for another', async () => {
    const ambiguous = [
      query('<feature var="a"/><feature var="a"/>'),
      query('<identity category="client" type="pc"/><identity category="client" type="pc"/>'),
      query('<feature var="a&lt;b"/>'),
      query('<identity category="client" type="pc" name="x&lt;y"/>'),
      { ...COMPLEX, forms: [...COMPLEX.forms, ...COMPLEX.forms] },
      query(
        '<x xmlns="jabber:x:data"><field var="FORM_TYPE" type="hidden"><value>a</value><value>b</value></field></x>',
      ),
    ];
    for (const info of ambiguous) {
      assert.equal(await verifyCaps(info, { hash: 'sha-1', node: 'n', ver: await capsVer(info, sha1) }, sha1), false);
    }
  });

  it('ignores forms without FORM_TYPE', () => {
    const form = '<x xmlns="jabber:x:data"><field var="FORM_TYPE"><value>visible</value></field></x>';
    assert.equal(capsString(query(`<feature var="a"/>${form}`)), capsString(query('<feature var="a"/>')));
  });

  it('never advertises RFC 3264, and can be called by its own account of itself', () => {
    assert.ok(!ourFeatures.includes('urn:ietf:rfc:3264'));
    assert.equal(canBeCalled(ourFeatures, ['audio', 'video']), true);
    assert.equal(canBeCalled([NS.jingle, NS.rtp, NS.iceUdp, NS.dtls, NS.rtpVideo], ['audio']), false);
    assert.equal(new Set(ourFeatures).size, ourFeatures.length);
  });
});

describe('XEP-0390', () => {
  // XEP-0390 §4.5, the simple example.
  const info = query(`
    <identity category="client" name="BombusMod" type="mobile"/>
    <feature var="http://jabber.org/protocol/si"/><feature var="http://jabber.org/protocol/bytestreams"/>
    <feature var="http://jabber.org/protocol/chatstates"/><feature var="http://jabber.org/protocol/disco#info"/>
    <feature var="http://jabber.org/protocol/disco#items"/><feature var="urn:xmpp:ping"/>
    <feature var="jabber:iq:time"/><feature var="jabber:iq:privacy"/><feature var="jabber:iq:version"/>
    <feature var="http://jabber.org/protocol/rosterx"/><feature var="urn:xmpp:time"/>
    <feature var="jabber:x:oob"/><feature var="http://jabber.org/protocol/ibb"/>
    <feature var="http://jabber.org/protocol/si/profile/file-transfer"/><feature var="urn:xmpp:receipts"/>
    <feature var="jabber:iq:roster"/><feature var="jabber:iq:last"/>`);

  it('verifies the example of the XEP', async () => {
    const hash = { algo: 'sha-256', value: 'kzBZbkqJ3ADrj7v08reD1qcWUwNGHaidNUgD7nHpiw8=' };
    assert.equal(await verifyCaps2(info, hash, digest('sha256')), true);
    assert.equal(await verifyCaps2(SIMPLE, hash, digest('sha256')), false);
    assert.equal(caps2Node(hash), `urn:xmpp:caps#sha-256.${hash.value}`);
  });

  it('reads the hashes of a presence', () => {
    const presence = xml(
      '<presence><c xmlns="urn:xmpp:caps"><hash xmlns="urn:xmpp:hashes:2" algo="SHA-256">YQ==</hash><hash xmlns="urn:xmpp:hashes:2"/></c></presence>',
    );
    assert.deepEqual(parseCaps2(presence), [{ algo: 'sha-256', value: 'YQ==' }]);
    assert.equal(parseCaps2(el('presence')), undefined);
  });
});

describe('RFC 7622', () => {
  it('reads JIDs, in lower case but for the resource', () => {
    assert.deepEqual(valueOf(parseJid('Support@Example.ORG/Web 1/x@y')), {
      local: 'support',
      domain: 'example.org',
      resource: 'Web 1/x@y',
    });
    assert.deepEqual(valueOf(parseJid('example.org')), { local: '', domain: 'example.org', resource: '' });
    assert.equal(parseJid('a@[::1]').ok, true);
  });

  it('refuses nonsense with a typed error', () => {
    for (const text of [
      '',
      '@',
      '@example.org',
      'a@',
      'a@b@c',
      'a b@example.org',
      'a@example.org/',
      'a@exa mple.org',
      'a@b/\0',
      `${'a'.repeat(1024)}@b`,
    ]) {
      const result = parseJid(text);
      assert.equal(result.ok, false, text);
    }
  });

  it('compares accounts and full JIDs', () => {
    assert.equal(isSameBare('A@example.org/x', 'a@EXAMPLE.org'), true);
    assert.equal(isSameJid('A@example.org/x', 'a@example.org/X'), false);
    assert.equal(isSameBare('', ''), false);
  });
});
