import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { ErrorCode, encodeFromWorker } from '@xmpp-call/wire';
import { FakeClock } from './fake-clock.testing.js';
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
  const clock = new FakeClock();
  const port = new WirePort(worker, { onEvent: (body) => events.push(body.case), onFailure }, clock);
  return { worker, port, events, failure, clock };
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

  it('ends a worker that never says hello', async () => {
    const { worker, port, failure, clock } = open(() => undefined);
    const greeted = assert.rejects(port.hello(), { code: 'worker-failed' });
    clock.pass(30_000);
    await greeted;
    assert.equal((await failure).code, 'worker-failed');
    assert.equal(worker.terminated, true);
    assert.equal(clock.pending, 0);
  });

  it('gives every command a time limit, after which the worker is of no use', async () => {
    const callId = 'x';
    const commands: readonly Parameters<WirePort['command']>[0][] = [
      { case: 'disconnect', value: {} },
      { case: 'startCall', value: { callId, to: 'a@b' } },
      { case: 'propose', value: { callId } },
      { case: 'acceptCall', value: { callId } },
      { case: 'hangUp', value: { callId } },
      { case: 'localDescription', value: { callId } },
      { case: 'localCandidate', value: { callId } },
      { case: 'mediaConnection', value: { callId } },
      { case: 'setMuted', value: { callId } },
      { case: 'networkChanged', value: {} },
      { case: 'refuseOffer', value: { callId } },
    ];
    for (const command of commands) {
      const { worker, port, failure, clock } = open(() => undefined);
      const rejected = assert.rejects(port.command(command), { code: 'worker-failed' });
      clock.pass(10_000);
      await rejected;
      assert.equal((await failure).code, 'worker-failed', command.case);
      assert.equal(worker.terminated, true);
    }
  });

  it('waits for a login longer than the worker does, and then takes the server for unreachable', async () => {
    const { port, failure, clock } = open(() => undefined);
    const connected = assert.rejects(port.command({ case: 'connect', value: { domain: 'a' } }), {
      code: 'signaling-unreachable',
    });
    clock.pass(59_000);
    assert.equal(clock.pending, 1);
    clock.pass(1000);
    await connected;
    assert.equal((await failure).code, 'signaling-unreachable');
  });

  it('fails only the question where the network is slow', async () => {
    const { worker, port, clock } = open(() => undefined);
    const servers = assert.rejects(port.command({ case: 'fetchIceServers', value: {} }), {
      code: 'signaling-unreachable',
    });
    clock.pass(15_000);
    await servers;
    assert.equal(worker.terminated, false);
    worker.reply(1, { case: 'iceServers', value: { servers: [] } });
    assert.equal((await answered(port, worker)).case, 'done');
  });

  it('does not count the sleep of the machine', async () => {
    const { worker, port, clock } = open(() => undefined);
    const reply = port.command({ case: 'disconnect', value: {} });
    clock.sleep(3_600_000);
    worker.reply(1, DONE);
    assert.equal((await reply).case, 'done');
    assert.equal(clock.pending, 0);
  });

  it('ends a worker that is silent after the sleep as well, also where timers are always late', async () => {
    const { port, failure, clock } = open(() => undefined);
    const rejected = assert.rejects(port.command({ case: 'disconnect', value: {} }), { code: 'worker-failed' });
    clock.sleep(60_000);
    assert.equal(clock.pending, 1);
    clock.sleep(60_000);
    await rejected;
    assert.equal((await failure).code, 'worker-failed');
  });

  it('ignores events of another version, and a message that says nothing', async () => {
    const { worker, port, events } = open(() => DONE);
    worker.post(encodeFromWorker({ case: undefined }));
    worker.post(new Uint8Array([0x12, 0x02, 0x08, 0x01]));
    await port.hello();
    assert.deepEqual(events, [undefined]);
  });
});

/** Whether the worker is still of use. */
async function answered(port: WirePort, worker: FakeWorker) {
  const reply = port.command({ case: 'disconnect', value: {} });
  worker.reply(worker.commands.at(-1)?.id ?? 0, DONE);
  return reply;
}
