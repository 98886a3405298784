import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createClient } from 'stanza';
import { SessionManager } from 'stanza/jingle/index.js';
import { parseJingle } from '../xep-0166-jingle.js';
import { childOf, type Element } from '../xml.js';
import { valueOf, xml } from '../xml.testing.js';
import { NS } from '../namespaces.js';
import { CHROMIUM_ANSWER, CHROMIUM_OFFER, FIREFOX_OFFER } from './fixtures.testing.js';
import { Negotiation } from './negotiation.js';
import { sectionOf } from './sdp.testing.js';

/** A connection that describes itself as a browser once did. */
class RecordedConnection extends EventTarget {
  readonly signalingState = 'stable';
  readonly sdp: string;

  constructor(sdp: string) {
    super();
    this.sdp = sdp;
  }

  createOffer = () => Promise.resolve({ type: 'offer', sdp: this.sdp });
  createAnswer = () => Promise.resolve({ type: 'answer', sdp: this.sdp });
  setLocalDescription = () => Promise.resolve();
  close = () => undefined;
  getReceivers = () => [];
}

/** What the MediaSession of npm stanza sends of this browser's description. */
async function sentBy(sdp: string, kind: 'start' | 'accept'): Promise<Element> {
  const { stanzas } = createClient({});
  const jingle = new SessionManager({ selfID: 'bob@example.org/page' });
  jingle.createPeerConnection = () => new RecordedConnection(sdp) as unknown as RTCPeerConnection;
  const sent = new Promise<string>((resolve) => {
    jingle.on('send', (iq: Parameters<typeof stanzas.export>[1]) => {
      resolve(String(stanzas.export('iq', { xmlns: 'jabber:client', ...iq })));
    });
  });
  const session = jingle.createMediaSession('desk@example.org/web', 'sid');
  await session[kind]();
  const element = childOf(xml(await sent), 'jingle', NS.jingle);
  assert.ok(element);
  return element;
}

describe('the MediaSession of npm stanza', () => {
  it('offers a retransmission source that only its group names, and the browser gets it with a source', async () => {
    const { contents, groups } = valueOf(parseJingle(await sentBy(CHROMIUM_OFFER, 'start')));
    const sdp = valueOf(new Negotiation({ role: 'responder' }).remoteOffer(contents, groups));
    assertWhole(sectionOf(sdp, '1'));
  });

  it('answers with such a source too', async () => {
    const { contents, groups } = valueOf(parseJingle(await sentBy(CHROMIUM_ANSWER, 'accept')));
    const negotiation = new Negotiation({ role: 'initiator' });
    valueOf(negotiation.localOffer(FIREFOX_OFFER));
    assertWhole(sectionOf(valueOf(negotiation.remoteAnswer(contents, groups)), '1'));
  });
});

/** Every member of a group has a source with a cname. */
function assertWhole(lines: readonly string[]): void {
  const groups = lines.filter((line) => line.startsWith('a=ssrc-group:FID '));
  assert.equal(groups.length, 1);
  const members = groups[0]?.split(' ').slice(1) ?? [];
  assert.equal(members.length, 2);
  for (const ssrc of members)
    assert.ok(
      lines.some((line) => line.startsWith(`a=ssrc:${ssrc} cname:`)),
      ssrc,
    );
}
