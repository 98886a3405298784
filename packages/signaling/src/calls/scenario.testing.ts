import assert from 'node:assert/strict';
import { Negotiation, attribute, buildJingle, buildJmi, childOf, el, parseJingle } from '@xmpp-call/jingle';
import type {
  Content,
  ContentGroup,
  Element,
  Jingle,
  JingleAction,
  JmiMessage,
  MediaKind,
  Role,
} from '@xmpp-call/jingle';
import type { ChatSettings } from './call-context.js';
import type { PageEvent } from './page-events.js';
import type { IncomingMessage, IqReply } from '../stanza-stream.js';
import { VirtualEnvironment } from '../stream/stream.testing.js';
import { CallManager } from './call-manager.js';
import { PageSide } from './page-side.testing.js';
import { FakeStream, summary } from './fake-stream.testing.js';
import { AUDIO, sdp } from './sdp.testing.js';
import type { SectionInit } from './sdp.testing.js';

export const OWN = 'desk@example.org/widget';
export const OWN_BARE = 'desk@example.org';
export const PEER = 'bob@example.net/phone';
export const PEER_BARE = 'bob@example.net';
export const SID = 'c0ffee00-0000-4000-8000-000000000001';

export interface ScenarioOptions {
  readonly own?: string;
  readonly anonymous?: boolean;
  readonly ringTimeoutMs?: number;
  readonly maxCalls?: number;
  readonly chat?: ChatSettings;
}

/** A CallManager between a page and peers that are both the test. */
export class Scenario {
  readonly environment = new VirtualEnvironment();
  readonly stream: FakeStream;
  readonly events: PageEvent[] = [];
  readonly calls: PageSide;
  #ids = 0;
  #seen = 0;

  constructor({ own = OWN, anonymous = false, ringTimeoutMs = 45_000, maxCalls = 1, chat }: ScenarioOptions = {}) {
    this.stream = new FakeStream(own);
    this.stream.clock = () => this.environment.now();
    const tell = (event: PageEvent) => this.events.push(event);
    this.calls = new PageSide(
      new CallManager(this.stream, this.environment, tell, { anonymous, ringTimeoutMs, maxCalls, chat }),
    );
    this.environment.advance(10_000);
  }

  /** Lets everything happen that waits for nothing but its turn. */
  async turn(): Promise<void> {
    for (let round = 0; round < 6; round++) {
      await new Promise((resolve) => setImmediate(resolve));
      this.environment.advance(0);
    }
  }

  async pass(ms: number): Promise<void> {
    await this.turn();
    this.environment.advance(ms);
    await this.turn();
  }

  /** Lets time pass such that answers come in between. */
  async passBySteps(ms: number, stepMs = 500): Promise<void> {
    for (let left = ms; left > 0; left -= stepMs) await this.pass(Math.min(stepMs, left));
  }

  // ---- what was sent and told

  /** What was sent since the last look, one line each. */
  sent(): string[] {
    const news = this.stream.sent.slice(this.#seen);
    this.#seen = this.stream.sent.length;
    return news.map(summary);
  }

  /** The last `<jingle/>` of an action that was sent. */
  jingle(action: JingleAction): Jingle {
    for (const stanza of [...this.stream.sent].reverse()) {
      const element = childOf(stanza, 'jingle', 'urn:xmpp:jingle:1');
      if (!element || attribute(element, 'action') !== action) continue;
      const parsed = parseJingle(element);
      assert.ok(parsed.ok);
      return parsed.value;
    }
    return assert.fail(`no ${action} was sent`);
  }

  /** The states that the page was told, with the reason of the end. */
  states(id = SID): string[] {
    return this.events.flatMap((event): string[] => {
      if (event.case === 'incomingCall' && event.value.callId === id) return ['incoming'];
      if (event.case !== 'callChanged' || event.value.callId !== id) return [];
      const { state, endReason, failure } = event.value;
      return [state === 'ended' ? `ended: ${failure?.code ?? String(endReason)}` : state];
    });
  }

  last(id = SID): string | undefined {
    return this.states(id).at(-1);
  }

  /** The descriptions that the page was given. */
  descriptions(): { type: 'offer' | 'answer'; sdp: string; rejectedMids: string[] }[] {
    return this.events.flatMap((event) =>
      event.case === 'remoteDescription'
        ? [
            {
              type: event.value.type,
              sdp: event.value.sdp,
              rejectedMids: event.value.rejectedMids,
            },
          ]
        : [],
    );
  }

  /** What the page knows of the contents and of what the peer says of them. */
  remote(): Extract<PageEvent, { case: 'remoteInfo' }>['value'] {
    const event = this.events.filter(({ case: kind }) => kind === 'remoteInfo').at(-1);
    return event?.case === 'remoteInfo' ? event.value : assert.fail('nothing was told');
  }

  candidates(): string[] {
    return this.events.flatMap((event) => (event.case === 'remoteCandidate' ? [event.value.candidate] : []));
  }

  count(kind: PageEvent['case']): number {
    return this.events.filter((event) => event.case === kind).length;
  }

  /** Nothing of a call is left behind. */
  assertClean(): void {
    assert.equal(this.calls.calls.length, 0);
    assert.equal(this.environment.timerCount, 0);
  }

  // ---- what peers say

  async message(jmi: JmiMessage, from = PEER, extra: Partial<IncomingMessage> = {}): Promise<void> {
    const stanza = buildJmi(jmi, OWN);
    stanza.attrs.from = from;
    this.stream.deliverMessage(stanza, extra);
    await this.turn();
  }

  async bounce(id: string, condition: string, from = PEER_BARE): Promise<void> {
    const error = el('error', { type: 'cancel' }, [el(condition, { xmlns: 'urn:ietf:params:xml:ns:xmpp-stanzas' })]);
    this.stream.deliverMessage(el('message', { xmlns: 'jabber:client', type: 'error', id, from }, [error]));
    await this.turn();
  }

  async iq(payload: Element, from = PEER, id = `p${String(++this.#ids)}`): Promise<IqReply> {
    const reply = this.stream.deliverIq(el('iq', { type: 'set', from, id }, [payload]));
    await this.turn();
    return reply;
  }

  async jingleFrom(jingle: Partial<Jingle> & { action: JingleAction }, from = PEER, id?: string): Promise<IqReply> {
    return this.iq(buildJingle({ sid: SID, contents: [], groups: [], ...jingle }), from, id);
  }

  async presence(from: string, type?: 'unavailable'): Promise<void> {
    this.stream.deliverPresence(el('presence', { from, type }));
    await this.turn();
  }

  // ---- whole stretches

  /** An outgoing call up to the propose. */
  async call(sections: readonly SectionInit[] = AUDIO, to = PEER_BARE): Promise<void> {
    this.calls.start(SID, to, { audio: true, video: sections.some(({ kind }) => kind === 'video') });
    this.calls.localDescription(SID, 'offer', sdp({ sections, setup: 'actpass' }));
    this.calls.propose(SID);
    await this.turn();
  }

  /** …up to the accepted session, with media connected. */
  async callAndTalk(sections: readonly SectionInit[] = AUDIO): Promise<Peer> {
    await this.call(sections);
    await this.message({ kind: 'proceed', id: SID });
    const peer = new Peer(this, 'responder');
    await peer.accept(sections);
    this.calls.mediaConnection(SID, 'connected', true);
    return peer;
  }

  /** An incoming call by JMI until it rings. */
  async ring(media: readonly MediaKind[] = ['audio'], id = SID, from = PEER): Promise<void> {
    await this.message({ kind: 'propose', id, media }, from);
    await this.pass(20);
  }

  /** …until it is accepted and media is connected. */
  async ringAndTalk(sections: readonly SectionInit[] = AUDIO): Promise<Peer> {
    await this.ring([...new Set(sections.map(({ kind }) => kind))]);
    this.calls.accept(SID);
    const peer = new Peer(this, 'initiator');
    await peer.initiate(sections);
    this.calls.localDescription(SID, 'answer', sdp({ sections, setup: 'active' }));
    await this.turn();
    peer.readAnswer();
    this.calls.mediaConnection(SID, 'connected', true);
    return peer;
  }
}

/** The other side of a session: a Negotiation of its own, so that what it says fits. */
export class Peer {
  readonly negotiation: Negotiation;

  constructor(
    readonly scenario: Scenario,
    role: Role,
    readonly jid = PEER,
  ) {
    this.negotiation = new Negotiation({ role });
  }

  say(jingle: Partial<Jingle> & { action: JingleAction }): Promise<IqReply> {
    return this.scenario.jingleFrom(jingle, this.jid);
  }

  offer(
    sections: readonly SectionInit[],
    ufrag = 'peer',
  ): { contents: readonly Content[]; groups: readonly ContentGroup[] } {
    const offer = this.negotiation.localOffer(sdp({ sections, setup: 'actpass', ufrag }));
    assert.ok(offer.ok);
    return offer.value;
  }

  async initiate(sections: readonly SectionInit[]): Promise<IqReply> {
    const { contents, groups } = this.offer(sections);
    return this.say({ action: 'session-initiate', contents, groups });
  }

  readAnswer(action: JingleAction = 'session-accept'): void {
    const { contents, groups } = this.scenario.jingle(action);
    assert.ok(this.negotiation.remoteAnswer(contents, groups).ok);
  }

  answerTo(
    action: JingleAction,
    sections: readonly SectionInit[],
  ): { contents: readonly Content[]; groups: readonly ContentGroup[] } {
    const { contents, groups } = this.scenario.jingle(action);
    assert.ok(this.negotiation.remoteOffer(contents, groups).ok);
    const answer = this.negotiation.localAnswer(sdp({ sections, setup: 'active', ufrag: 'peer' }));
    assert.ok(answer.ok);
    return answer.value;
  }

  async accept(sections: readonly SectionInit[]): Promise<IqReply> {
    return this.say({ action: 'session-accept', ...this.answerTo('session-initiate', sections) });
  }
}

/** `result`, or the conditions of the error. */
export function outcome(reply: IqReply): string {
  if (!('error' in reply)) return 'result';
  return reply.error.jingle ? `${reply.error.condition} ${reply.error.jingle}` : reply.error.condition;
}
