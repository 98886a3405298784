import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { type Servers, startServers } from '../../tools/servers/servers.js';
import { makeContacts } from './contacts.js';
import { type Dino, startDino } from './dino.js';

/* When this fails, look for the fault in the servers, the machine or the driver: the widget takes no part. */

const DIR = join(import.meta.dirname, '../../.run/interop/two-dinos');
const ALICE = { jid: 'alice@xmpp.localhost', password: 'alice-password' };
const BOB = { jid: 'bob@xmpp.localhost', password: 'bob-password' };

let servers: Servers | undefined;

before(async () => {
  await rm(DIR, { recursive: true, force: true });
  const users = { alice: ALICE.password, bob: BOB.password };
  servers = await startServers({ dir: join(DIR, 'servers'), ports: { c2s: 5222 }, users });
  await makeContacts(servers.websocketUrl, ALICE, BOB);
});

after(() => servers?.stop());

test('two Dinos call each other, hear each other, and hang up', async () => {
  const caFile = servers?.certificate.ca ?? '';
  const alice = await startDino({ account: ALICE, caFile, toneHz: 440, dir: DIR });
  try {
    const bob = await startDino({ account: BOB, caFile, toneHz: 660, dir: DIR });
    try {
      await callEachOther(alice, bob);
    } finally {
      await bob.stop();
    }
  } finally {
    await alice.stop();
  }
});

async function callEachOther(alice: Dino, bob: Dino): Promise<void> {
  await alice.call(bob.jid, 'audio');
  await bob.answerIncoming();
  await Promise.all([alice.playedTone(660), bob.playedTone(440)]);

  await bob.click('hangup');
  await Promise.all([alice.callWindowGone(), bob.callWindowGone()]);
}
