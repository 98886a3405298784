import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { fullAddress, shortenAddress } from './shorten-address.js';

describe('shortenAddress', () => {
  it('leaves the network of an address', () => {
    for (const [address, network] of [
      ['192.0.2.77', '192.0.2.0/24'],
      ['2001:db8:1:2:3:4:5:6', '2001:db8:1::/48'],
      ['2001:DB8::1', '2001:db8:0::/48'],
      ['::1', '0:0:0::/48'],
      ['::', '0:0:0::/48'],
      ['fe80::1:2%eth0', 'fe80:0:0::/48'],
      ['::ffff:192.0.2.77', '192.0.2.0/24'],
      ['64:ff9b::192.0.2.33', '64:ff9b:0::/48'],
    ] as const) {
      assert.equal(shortenAddress(address), network, address);
    }
  });

  it('keeps names of multicast DNS', () => {
    const name = '1f4712db-ea17-4bcf-a596-105139dfd8bf.local';
    assert.equal(shortenAddress(name), name);
    assert.equal(fullAddress(name), name);
  });

  it('shows nothing of what is no address', () => {
    for (const text of [
      '',
      'word',
      'host.example.org',
      "Anna's MacBook.local",
      'anna.local',
      '1:2:3',
      '1::2::3',
      '12345::',
      ':::',
    ])
      assert.equal(shortenAddress(text), undefined, text);
  });

  it('never shows the end of an address', () => {
    fc.assert(
      fc.property(fc.ipV4(), (address) => {
        assert.equal(shortenAddress(address), address.replace(/\d+$/, '0/24'));
        assert.equal(fullAddress(address), address);
      }),
    );
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0x1000, max: 0xffff }), { minLength: 8, maxLength: 8 }), (groups) => {
        const text = groups.map((group) => group.toString(16));
        assert.equal(shortenAddress(text.join(':')), `${text.slice(0, 3).join(':')}::/48`);
      }),
    );
    fc.assert(
      fc.property(fc.ipV6(), (address) => assert.match(shortenAddress(address) ?? '', /^[\da-f:]+::\/48$|\.0\/24$/)),
    );
  });
});
