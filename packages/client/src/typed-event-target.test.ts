import assert from 'node:assert/strict';
import { it } from 'node:test';
import type { Call } from './api.js';
import type { CallClient } from './client-api.js';
import { typedEventTarget } from './typed-event-target.js';

class Told extends Event {
  constructor(readonly what: string) {
    super('told');
  }
}

it('gives listeners, as functions and as objects, the class of their event', () => {
  const target = new (typedEventTarget<{ told: Told }>())();
  const heard: string[] = [];
  const listener = { handleEvent: ({ what }: Told) => heard.push(what) };
  target.addEventListener('told', listener);
  target.addEventListener('told', ({ what }) => heard.push(what), { once: true });
  target.dispatchEvent(new Told('a'));
  target.removeEventListener('told', listener);
  target.dispatchEvent(new Told('b'));
  assert.deepEqual(heard, ['a', 'a']);
});

it('knows the events of calls and clients', () => {
  // Compiled, not run: the types are the test.
  const listen = (call: Call, client: CallClient) => {
    call.addEventListener('call-error', ({ error }) => error.device satisfies 'microphone' | 'camera' | undefined);
    call.addEventListener('receiving-change', (event) => event.type);
    client.addEventListener('incoming-call', ({ call: ringing }) => {
      ringing.reject();
    });
  };
  assert.equal(typeof listen, 'function');
});
