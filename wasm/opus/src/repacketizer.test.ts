import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { init, inspectPacket } from './index.js';
import { codeOf, encodeAll, PACKET_ROOM, speechFor, wrong } from './opus.testing.js';

const opus = await init();
const encoder = opus.createEncoder({
  sampleRate: 48000,
  channels: 1,
  application: 'restricted-lowdelay',
  bitrate: 32_000,
});
const packets = encodeAll(encoder, speechFor(encoder, 0.5));
const [first, second, third] = packets as [Uint8Array, Uint8Array, Uint8Array];

describe('OpusRepacketizer', () => {
  it('merges packets into one, which sounds the same, and splits it again', () => {
    const repacketizer = opus.createRepacketizer();
    for (const packet of [first, second, third]) repacketizer.add(packet);
    assert.equal(repacketizer.frames, 3);
    const room = new Uint8Array(PACKET_ROOM);
    const merged = room.slice(0, repacketizer.write(room));
    assert.equal(inspectPacket(merged).duration, 60);
    assert.ok(merged.length < first.length + second.length + third.length + 6);

    const [one, three] = [0, 1].map(() => opus.createDecoder({ sampleRate: 48000, channels: 1 }));
    const [sound, expected] = [new Float32Array(2880), new Float32Array(2880)];
    assert.equal(one?.decode(merged, sound), 2880);
    [first, second, third].forEach((packet, index) => three?.decode(packet, expected.subarray(index * 960)));
    assert.deepEqual(sound, expected);

    repacketizer.reset();
    assert.equal(repacketizer.frames, 0);
    repacketizer.add(merged);
    for (const [index, packet] of [first, second, third].entries()) {
      assert.deepEqual(room.slice(0, repacketizer.write(room, index, index + 1)), packet);
    }
    for (const each of [repacketizer, one, three]) each?.dispose();
  });

  it('keeps what it has when a packet does not go with it', () => {
    const repacketizer = opus.createRepacketizer();
    repacketizer.add(first);
    assert.equal(
      codeOf(() => repacketizer.add(Uint8Array.of(8, 1, 2))),
      'invalid-argument',
    );
    assert.equal(
      codeOf(() => repacketizer.add(Uint8Array.of())),
      'corrupt-packet',
    );
    assert.equal(
      codeOf(() => repacketizer.add(Uint8Array.of(0x83, 0))),
      'corrupt-packet',
    );
    assert.equal(
      codeOf(() => repacketizer.add(wrong('packet'))),
      'invalid-argument',
    );
    for (const packet of packets.slice(1, 6)) repacketizer.add(packet);
    assert.equal(
      codeOf(() => repacketizer.add(first)),
      'invalid-argument',
      'more than 120 ms',
    );
    assert.equal(repacketizer.frames, 6);
    const room = new Uint8Array(PACKET_ROOM);
    assert.deepEqual(room.slice(0, repacketizer.write(room, 0, 1)), first);
    repacketizer.dispose();
  });

  it('writes no frames that it does not have, nor where there is no room', () => {
    const repacketizer = opus.createRepacketizer();
    const room = new Uint8Array(PACKET_ROOM);
    assert.equal(
      codeOf(() => repacketizer.write(room)),
      'invalid-argument',
    );
    repacketizer.add(first);
    repacketizer.add(second);
    for (const [begin, end] of [
      [0, 3],
      [1, 1],
      [-1, 1],
      [0.5, 1],
      [NaN, 1],
    ] as const) {
      assert.equal(
        codeOf(() => repacketizer.write(room, begin, end)),
        'invalid-argument',
      );
    }
    for (const size of [0, 1, 20]) {
      assert.equal(
        codeOf(() => repacketizer.write(new Uint8Array(size))),
        'buffer-too-small',
      );
    }
    repacketizer.dispose();
    repacketizer.dispose();
    for (const use of [() => repacketizer.add(first), () => repacketizer.write(room), () => repacketizer.reset()]) {
      assert.equal(codeOf(use), 'closed');
    }
  });
});
