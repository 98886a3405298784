import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { create, fromBinary, toBinary, toJsonString } from '@bufbuild/protobuf';
import type { MessageInitShape } from '@bufbuild/protobuf';
import fc from 'fast-check';
import { CommandSchema, FromWorkerSchema } from './gen/xmpp_call/v1/signaling_pb.js';
import type { EventSchema } from './gen/xmpp_call/v1/signaling_pb.js';
import {
  ContentSource,
  MediaKind,
  WIRE_VERSION,
  WireError,
  decodeCommand,
  decodeFromWorker,
  encodeCommand,
  encodeFromWorker,
} from './index.js';

describe('wire codec', () => {
  it('carries a command with its id', () => {
    const bytes = encodeCommand(7, { case: 'hello', value: { version: WIRE_VERSION } });
    const command = decodeCommand(bytes);
    assert.equal(command.id, 7);
    assert.equal(command.body.case, 'hello');
    assert.equal(command.body.value.version, WIRE_VERSION);
  });

  it('carries replies and events', () => {
    const reply = decodeFromWorker(
      encodeFromWorker({ case: 'reply', value: { id: 7, result: { case: 'connected', value: { jid: 'a@b/c' } } } }),
    );
    assert.equal(reply.body.case, 'reply');
    const event = decodeFromWorker(
      encodeFromWorker({ case: 'event', value: { seq: 1, body: { case: 'offerWanted', value: { callId: 'x' } } } }),
    );
    assert.equal(event.body.case, 'event');
    assert.equal(event.body.value.seq, 1);
  });

  it('carries contents in few bytes, and nothing of the fields of version 2', () => {
    const contents = [{ mid: '0', kind: MediaKind.AUDIO, source: ContentSource.MICROPHONE, muted: true }];
    const bytes = encodeCommand(1, { case: 'setMuted', value: { callId: 'c', contents } });
    assert.ok(bytes.length <= 20, String(bytes.length));
    const { body } = decodeCommand(bytes);
    assert.ok(body.case === 'setMuted');
    assert.equal(body.value.contents[0]?.mid, '0');
    assert.equal(body.value.contents[0].source, ContentSource.MICROPHONE);
    // Field 16 (set_muted) with `call_id` "c" and `audio` of version 2.
    const former = decodeCommand(Uint8Array.of(0x82, 0x01, 5, 0x0a, 1, 0x63, 0x10, 1));
    assert.ok(former.body.case === 'setMuted');
    assert.deepEqual(former.body.value.contents, []);
    assert.equal('audio' in former.body.value, false);
  });

  it('refuses what is not bytes', () => {
    for (const data of [undefined, null, 'text', 3, {}, [1, 2], new ArrayBuffer(4)]) {
      assert.throws(() => decodeCommand(data), WireError);
      assert.throws(() => decodeFromWorker(data), WireError);
    }
  });

  it('refuses a command whose body this version does not know', () => {
    // Field 1 (id) = 5, then field 99 of an imagined later version.
    assert.throws(() => decodeCommand(Uint8Array.of(0x08, 0x05, 0x9a, 0x06, 0x00)), WireError);
  });

  it('gives a value or a WireError for any bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 400 }), (bytes) => {
        for (const decode of [decodeCommand, decodeFromWorker]) {
          try {
            decode(bytes);
          } catch (error) {
            assert.ok(error instanceof WireError);
          }
        }
      }),
    );
  });
});

describe('table codec beside the protobuf runtime', () => {
  const id = fc.nat({ max: 0xffffffff });
  const text = fc.string({ unit: 'binary', maxLength: 20 });
  const contents = fc.array(
    fc.record({
      mid: text,
      kind: fc.nat({ max: 2 }),
      source: fc.nat({ max: 3 }),
      senders: fc.nat({ max: 4 }),
      muted: fc.boolean(),
    }),
    { maxLength: 4 },
  );
  const commands: fc.Arbitrary<MessageInitShape<typeof CommandSchema>> = fc.record({
    id,
    body: fc.oneof(
      fc.record({
        case: fc.constant('startCall' as const),
        value: fc.record({ callId: text, to: text, media: fc.record({ contents }) }),
      }),
      fc.record({
        case: fc.constant('connect' as const),
        value: fc.record({
          service: text,
          ringTimeoutMs: id,
          credentials: fc.constant({ case: 'password' as const, value: { username: 'a', password: '' } }),
        }),
      }),
      fc.record({ case: fc.constant('setMuted' as const), value: fc.record({ callId: text, contents }) }),
      fc.record({
        case: fc.constant('mediaConnection' as const),
        value: fc.record({ state: fc.nat({ max: 3 }), hadRelay: fc.boolean() }),
      }),
    ),
  });
  const events: fc.Arbitrary<MessageInitShape<typeof EventSchema>> = fc.record({
    seq: id,
    body: fc.oneof(
      fc.record({
        case: fc.constant('log' as const),
        value: fc.record({ message: text, context: fc.dictionary(text, text) }),
      }),
      fc.record({
        case: fc.constant('remoteInfo' as const),
        value: fc.record({ callId: text, held: fc.boolean(), contents }),
      }),
      fc.record({
        case: fc.constant('incomingCall' as const),
        value: fc.record({ callId: text, sessionId: text, media: fc.record({ contents }) }),
      }),
      fc.record({
        case: fc.constant('remoteDescription' as const),
        value: fc.record({ sdp: text, rejectedMids: fc.array(text) }),
      }),
    ),
  });

  it('writes what the runtime reads', () => {
    fc.assert(
      fc.property(commands, (init) => {
        const command = create(CommandSchema, init);
        if (init.body) assert.deepEqual(fromBinary(CommandSchema, encodeCommand(command.id, init.body)), command);
      }),
    );
  });

  it('reads what the runtime writes', () => {
    fc.assert(
      fc.property(commands, events, (command, event) => {
        const written = create(CommandSchema, command);
        assert.equal(
          toJsonString(CommandSchema, decodeCommand(toBinary(CommandSchema, written))),
          toJsonString(CommandSchema, written),
        );
        const from = create(FromWorkerSchema, { body: { case: 'event', value: event } });
        assert.equal(
          toJsonString(FromWorkerSchema, decodeFromWorker(toBinary(FromWorkerSchema, from))),
          toJsonString(FromWorkerSchema, from),
        );
      }),
    );
  });
});
