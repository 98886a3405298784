import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { announcePadding, withoutAnnouncement } from './opus-padding.js';

describe('Opus padding', () => {
  it('has the layout of RFC 6716', () => {
    const packet = Uint8Array.of(0x78, 1, 2, 3);
    assert.deepEqual(announcePadding(packet, 22), Uint8Array.of(0x7b, 0x41, 22, 1, 2, 3));
    assert.deepEqual(announcePadding(packet, 254), Uint8Array.of(0x7b, 0x41, 254, 1, 2, 3));
    assert.deepEqual(announcePadding(packet, 255), Uint8Array.of(0x7b, 0x41, 255, 1, 1, 2, 3));
    assert.deepEqual(announcePadding(packet, 509), Uint8Array.of(0x7b, 0x41, 255, 255, 1, 1, 2, 3));
  });

  it('is reversible', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 1 }), fc.integer({ min: 1, max: 5000 }), (bytes, padding) => {
        const packet = Uint8Array.from(bytes);
        packet[0] = (packet[0] ?? 0) & 0xfc;
        assert.deepEqual(withoutAnnouncement(announcePadding(packet, padding) ?? packet), packet);
      }),
    );
  });

  it('is refused for packets of several frames, and not read from other packets', () => {
    assert.equal(announcePadding(Uint8Array.of(0x79, 1, 2), 22), undefined);
    assert.equal(announcePadding(new Uint8Array(), 22), undefined);
    assert.equal(withoutAnnouncement(Uint8Array.of(0x78, 0x41, 3)), undefined);
    assert.equal(withoutAnnouncement(Uint8Array.of(0x7b, 0x42, 3, 1)), undefined);
    assert.equal(withoutAnnouncement(Uint8Array.of(0x7b, 0x41)), undefined);
    assert.equal(withoutAnnouncement(Uint8Array.of(0x7b, 0x41, 255, 255)), undefined);
  });
});
