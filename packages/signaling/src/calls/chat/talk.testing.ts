import { NS, el } from '@xmpp-call/jingle';
import type { Element } from '@xmpp-call/jingle';
import type { IncomingMessage } from '../../stanza-stream.js';
import type { PageEvent } from '../page-events.js';
import { OWN, PEER, Scenario } from '../scenario.testing.js';

export const CHAT = { chat: { realTimeText: false } };
export const LETTERS = { chat: { realTimeText: true } };
export const body = (text: string) => el('body', {}, [text]);
export const receiptRequest = el('request', { xmlns: NS.receipts });
export const state = (name: string) => el(name, { xmlns: NS.chatStates });

type ChatCase = 'chatMessage' | 'chatReceipt' | 'peerComposing';
type ChatValue<Case extends ChatCase> = Extract<PageEvent, { readonly case: Case }>['value'];

/** A call that was answered, whose peer writes. */
export class Talk {
  #seen = 0;
  private constructor(readonly scenario: Scenario) {}

  static async begin(options = CHAT, features: readonly string[] = []): Promise<Talk> {
    const talk = new Talk(new Scenario(options));
    talk.scenario.stream.disco.set(PEER, { identities: [], features, forms: [] });
    await talk.scenario.callAndTalk();
    await talk.hears([state('active')]);
    await talk.scenario.calls.calls[0]?.chat.settled;
    talk.sent();
    return talk;
  }

  async hears(children: readonly Element[], more: Record<string, string> = {}, extra: Partial<IncomingMessage> = {}) {
    const attributes = { xmlns: NS.client, type: 'chat', from: PEER, to: OWN, ...more };
    this.scenario.stream.deliverMessage(el('message', attributes, children), extra);
    await this.scenario.turn();
  }

  /** Messages without those of JMI, since the last look. */
  sent(): Element[] {
    const news = this.scenario.stream.sent.slice(this.#seen);
    this.#seen = this.scenario.stream.sent.length;
    return news.filter(({ name }) => name === 'message');
  }

  told<Case extends ChatCase>(name: Case): ChatValue<Case>[] {
    const values: unknown[] = this.scenario.events.filter((event) => event.case === name).map(({ value }) => value);
    return values as ChatValue<Case>[];
  }

  get texts(): string[] {
    return this.told('chatMessage').map(
      ({ text, outgoing, corrected }) => `${outgoing ? '> ' : ''}${corrected ? '~' : ''}${text}`,
    );
  }
}
