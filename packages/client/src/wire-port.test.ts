import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { ErrorCode } from '@xmpp-call/wire';
import { DONE, FakeWorker } from './fake-worker.testing.js';
import type { CommandHandler } from './fake-worker.testing.js';
import type { XmppCallError } from './errors.js';
import { WirePort } from './wire-port.js';

function open(handler: CommandHandler) {
  const worker = new FakeWorker(handler);
  const events: (string | undefined)[] = [];
  let onFailure: (error: XmppCallError) => void = () => undefined;
  const failure = new Promise<XmppCallError>((resolve) => {
    onFailure = resolve;
  });
  const port = new WirePort(worker, { onEvent: (body) => events.push(body.case), onFailure });
  return { worker, port, events, failure };
}

describe('WirePort', () => {
  it('gives each command its own reply, in whatever order they come', async () => {
    const { worker, port } = open(() => undefined);
    const first = port.command({ case: 'disconnect', value: {} });
    const second = port.command({ case: 'fetchIceServers', value: {} });
    worker.reply(2, { case: 'iceServers', value: { servers: [] } });
    worker.reply(1, DONE);
    assert.equal((await first).case, 'done');
    assert.equal((await second).case, 'iceServers');
  });

  it('rejects a failed command with its code', async () => {
    const { port } = open(() => ({ case: 'failure', value: { code: ErrorCode.AUTH_FAILED, detail: 'no' } }));
    await assert.rejects(port.hello(), { code: 'auth-failed', fatal: true, retry: false });
  });

  it('delivers events in order', async () => {
    const { worker, port, events } = open((_body, self) => {
      self.emit({ case: 'log', value: { message: 'a' } });
      self.emit({ case: 'offerWanted', value: { callId: 'x' } });
      return DONE;
    });
    await port.hello();
    assert.deepEqual(events, ['log', 'offerWanted']);
    assert.equal(worker.terminated, false);
  });

  it('gives up when an event is missing', async () => {
    const { worker, port, failure } = open(() => undefined);
    const pending = port.command({ case: 'disconnect', value: {} });
    worker.emit({ case: 'log', value: {} }, 2);
    assert.equal((await failure).code, 'internal');
    await assert.rejects(pending, { code: 'internal' });
    assert.equal(worker.terminated, true);
  });

  it('takes unreadable messages for another version', async () => {
    const { worker, failure } = open(() => undefined);
    worker.post('hello');
    assert.equal((await failure).code, 'version-mismatch');
  });

  it('rejects everything when the worker crashes, and later commands at once', async () => {
    const { worker, port, failure } = open(() => undefined);
    const pending = port.command({ case: 'disconnect', value: {} });
    worker.crash();
    assert.equal((await failure).code, 'worker-failed');
    await assert.rejects(pending, { code: 'worker-failed' });
    await assert.rejects(port.command({ case: 'disconnect', value: {} }), { code: 'worker-failed' });
  });

  it('ignores replies to commands that nobody waits for', async () => {
    const { worker, port } = open(() => DONE);
    worker.reply(99, DONE);
    await port.hello();
  });

  it('terminates the worker on close', async () => {
    const { worker, port } = open(() => undefined);
    const pending = port.command({ case: 'disconnect', value: {} });
    port.close();
    await assert.rejects(pending, { code: 'worker-failed' });
    assert.equal(worker.terminated, true);
  });
});
