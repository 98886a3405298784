/** From `proceed` of a peer without the media core to our session-initiate, with the media core left to the call and without. */
import { performance } from 'node:perf_hooks';
import { setTimeout as delay } from 'node:timers/promises';
import type { Element } from 'ltx';
import { openVisitor } from '../e2e/desk.js';
import { type Harness, startHarness } from '../e2e/harness.js';
import { type RawClient, connectRaw } from '../tools/raw-client.js';
import { type Percentiles, percentiles } from './percentiles.js';

const JINGLE = 'urn:xmpp:jingle:1';
const JMI = 'urn:xmpp:jingle-message:0';
const DISCO = 'http://jabber.org/protocol/disco#info';
const CALLEE = 'bob';
/** The offer is made while it rings: a person takes longer to answer. */
const RING_MS = 1000;
/** What Dino announces of calls. */
const FEATURES = [
  ...[DISCO, JINGLE, JMI, 'urn:xmpp:jingle:apps:rtp:1', 'urn:xmpp:jingle:apps:rtp:audio'],
  ...['urn:xmpp:jingle:apps:rtp:video', 'urn:xmpp:jingle:apps:dtls:0', 'urn:xmpp:jingle:transports:ice-udp:1'],
];
const PREFERENCES = ['auto', 'native'] as const;
type Preference = (typeof PREFERENCES)[number];

/** In ms, over loopback, in Chromium. */
export interface ForeignPeerLatency {
  /** The peer answers disco at once, as Dino does. */
  readonly answersDisco: Readonly<Record<Preference, Percentiles>>;
  /** The peer answers no disco at all. */
  readonly silent: Readonly<Record<Preference, Percentiles>>;
}

export async function benchForeignPeer(calls: number): Promise<ForeignPeerLatency> {
  const harness = await startHarness();
  try {
    return {
      answersDisco: await measureBoth(harness, calls, true),
      silent: await measureBoth(harness, calls, false),
    };
  } finally {
    await harness.dispose();
  }
}

async function measureBoth(harness: Harness, calls: number, answersDisco: boolean) {
  const samples: Record<Preference, number[]> = { auto: [], native: [] };
  // The first pair of calls warms up browser and servers and is not counted. Both kinds take turns.
  for (let call = 0; call <= calls; call++) {
    for (const preference of PREFERENCES) {
      const ms = await measure(harness, preference, answersDisco);
      if (call > 0) samples[preference].push(ms);
    }
  }
  return { auto: percentiles(samples.auto), native: percentiles(samples.native) };
}

async function measure(harness: Harness, preference: Preference, answersDisco: boolean): Promise<number> {
  const { websocketUrl, domain, users } = harness.servers;
  const peer = await connectRaw(websocketUrl, domain, { user: CALLEE, password: users[CALLEE] ?? '' }, 'foreign');
  peer.send(`<presence xmlns='jabber:client'/>`);
  const visitor = await openVisitor(harness, { to: CALLEE, attributes: { 'media-core': preference } });
  await visitor.press('launcher');
  const proposal = await peer.receive((stanza) => stanza.getChild('propose', JMI) !== undefined);
  const sid = String(proposal.getChild('propose', JMI)?.attrs.id);
  const from = String(proposal.attrs.from);
  const say = (name: string) => {
    peer.send(
      `<message xmlns='jabber:client' type='chat' to='${from}'><${name} xmlns='${JMI}' id='${sid}'/></message>`,
    );
  };
  say('ringing');
  if (answersDisco) answerDisco(peer, await peer.receive(isDisco));
  await visitor.reaches('ringing');
  await delay(RING_MS);
  const start = performance.now();
  say('proceed');
  await peer.receive(isInitiate);
  const ms = performance.now() - start;
  await visitor.page.close();
  await peer.close();
  return ms;
}

const isDisco = (stanza: Element) =>
  stanza.is('iq') && stanza.attrs.type === 'get' && stanza.getChild('query', DISCO) !== undefined;

const isInitiate = (stanza: Element) =>
  stanza.is('iq') && stanza.getChild('jingle', JINGLE)?.attrs.action === 'session-initiate';

function answerDisco(peer: RawClient, { attrs }: Element): void {
  const features = FEATURES.map((feature) => `<feature var='${feature}'/>`).join('');
  peer.send(
    `<iq xmlns='jabber:client' type='result' id='${String(attrs.id)}' to='${String(attrs.from)}'><query xmlns='${DISCO}'><identity category='client' type='pc'/>${features}</query></iq>`,
  );
}
