import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { WIRE_VERSION, WireError, decodeCommand, decodeFromWorker, encodeCommand, encodeFromWorker } from './index.js';

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
