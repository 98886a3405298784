import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { type Servers, startServers } from '../../demo/servers.js';
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

test('two Dinos call each other, hear and see each other, and hang up', async (context) => {
  const caFile = servers?.certificate.ca ?? '';
  const start = async (account: typeof ALICE, toneHz: number): Promise<Dino> => {
    const dino = await startDino({ account, caFile, toneHz, dir: DIR });
    context.after(async () => {
      await dino.screenshot(join(DIR, `${account.jid}.png`));
      await dino.stop();
    });
    return dino;
  };
  const alice = await start(ALICE, 440);
  const bob = await start(BOB, 660);

  await alice.call(BOB.jid, 'video');
  await bob.answerIncoming();
  await Promise.all([alice.playedTone(660), bob.playedTone(440)]);
  await Promise.all([alice.videoSeen('colour bars'), bob.videoSeen('colour bars')]);

  await bob.click('hangup');
  await Promise.all([alice.callWindowGone(), bob.callWindowGone()]);
});
