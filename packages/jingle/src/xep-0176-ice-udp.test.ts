import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { buildTransport, parseTransport } from './xep-0176-ice-udp.js';
import { preferredFingerprint } from './xep-0320-dtls.js';
import { xml } from './xml.testing.js';

const BASE = {
  component: '1',
  foundation: '1',
  ip: '192.0.2.1',
  port: '5000',
  priority: '1',
  protocol: 'udp',
  type: 'host',
};

function read(inner: string, attributes = '') {
  return parseTransport(
    xml(`<transport xmlns="urn:xmpp:jingle:transports:ice-udp:1" ${attributes}>${inner}</transport>`),
  );
}
function candidates(...changes: Record<string, string>[]) {
  const elements = changes.map((change) => {
    const attributes = Object.entries({ ...BASE, ...change }).map(([name, value]) => `${name}="${value}"`);
    return `<candidate ${attributes.join(' ')}/>`;
  });
  return read(elements.join('')).candidates;
}

describe('XEP-0176', () => {
  it('drops candidates that no agent could use, and keeps the others', () => {
    const read = candidates(
      { port: '70000' },
      { type: 'magic' },
      { ip: 'not an address' },
      { protocol: 'ssltcp' },
      { priority: '-1' },
      { component: 'x' },
      { foundation: '' },
      {},
    );
    assert.equal(read.length, 1);
  });

  it('case 23: takes brackets and zones off addresses', () => {
    const read = candidates({ ip: '[2001:db8::1]' }, { ip: 'fe80::1%eth0' });
    assert.deepEqual(
      read.map((one) => one.ip),
      ['2001:db8::1', 'fe80::1'],
    );
  });

  it('case 24: reads mDNS names', () => {
    assert.equal(candidates({ ip: '31fdea60-c067-4ea1-90a9-7ee5d572f266.local' }).length, 1);
  });

  it('case 26: reads related addresses, also under the name that Monal writes', () => {
    const [first, second] = candidates(
      { type: 'srflx', 'rel-addr': '10.0.0.1', 'rel-port': '9' },
      { type: 'srflx', 'rel-addr': '10.0.0.1', rel_port: '7' },
    );
    assert.deepEqual([first?.relPort, second?.relPort], [9, 7]);
  });

  it('case 29: an empty transport and an end of gathering are no candidates', () => {
    assert.deepEqual(read('').candidates, []);
    const end = read('<gathering-complete/>');
    assert.deepEqual([end.candidates, end.gatheringComplete], [[], true]);
  });

  it('case 30: reads a transport with ufrag but without pwd', () => {
    const transport = read('', 'ufrag="abcd"');
    assert.deepEqual([transport.ufrag, transport.pwd], ['abcd', undefined]);
  });

  it('case 36: reads ice-lite and the options of the vendor namespace', () => {
    const transport = read(
      '<ice-lite/><trickle xmlns="http://gultsch.de/xmpp/drafts/jingle/transports/ice-udp/option"/>',
    );
    assert.deepEqual([transport.iceLite, transport.iceOptions], [true, ['trickle']]);
  });

  it('case 34: reads several fingerprints with blanks, lower case and the old namespace, and prefers SHA-256', () => {
    const hex = 'ab:'.repeat(31) + 'ab';
    const { fingerprints } = read(`
      <fingerprint xmlns="urn:xmpp:tmp:jingle:apps:dtls:0" hash="sha-1" required="true">${'0f:'.repeat(19)}0f</fingerprint>
      <fingerprint xmlns="urn:xmpp:jingle:apps:dtls:0" hash="SHA-256" setup="actpass">
        ${hex}
      </fingerprint>
      <fingerprint xmlns="urn:xmpp:jingle:apps:dtls:0" hash="sha-256" setup="active">nothing</fingerprint>
      <fingerprint xmlns="http://gultsch.de/xmpp/drafts/omemo/dlts-srtp-verification" hash="sha-256"><encrypted/></fingerprint>`);
    assert.equal(fingerprints.length, 2);
    assert.deepEqual(preferredFingerprint(fingerprints), {
      hash: 'sha-256',
      value: hex.toUpperCase(),
      setup: 'actpass',
    });
  });

  it('case 65: writes ufrag and pwd with every candidate', () => {
    const transport = read('', 'ufrag="abcd" pwd="secret"');
    const built = buildTransport({
      ...transport,
      candidates: candidates({ id: 'x', type: 'srflx', 'rel-addr': '10.0.0.1', 'rel-port': '9' }),
    });
    assert.equal(
      built.toString(),
      '<transport xmlns="urn:xmpp:jingle:transports:ice-udp:1" ufrag="abcd" pwd="secret">' +
        '<candidate component="1" foundation="1" generation="0" id="x" ip="192.0.2.1" network="0" port="5000" priority="1" ' +
        'protocol="udp" type="srflx" rel-addr="10.0.0.1" rel-port="9"/></transport>',
    );
  });
});
