import { NS, bareOf, formatJid, isSameBare, parseJid } from '@xmpp-call/jingle';
import type { MediaKind } from '@xmpp-call/jingle';
import { AvailabilityState, ErrorCode } from '@xmpp-call/wire';
import type { MediaConnectionState } from '@xmpp-call/wire';
import type { Environment } from '../environment.js';
import { IqError } from '../stanza-stream.js';
import type { StanzaStream, Unsubscribe } from '../stanza-stream.js';
import type { Call } from './call.js';
import type { CallSettings } from './call-context.js';
import { CallRegistry } from './call-registry.js';
import { JingleRouter } from './jingle-router.js';
import type { LocalIceCandidate } from './local-candidates.js';
import { MessageRouter } from './message-router.js';
import { CommandError } from './page.js';
import type { Tell } from './page.js';
import { PresenceBook } from './peers.js';

/** All calls over one stream: takes the page's commands and the peers' stanzas to them. */
export class CallManager {
  readonly #stream: StanzaStream;
  readonly #registry: CallRegistry;
  readonly #presence = new PresenceBook();
  readonly #unsubscribe: readonly Unsubscribe[];

  constructor(stream: StanzaStream, environment: Environment, tell: Tell, settings: CallSettings) {
    this.#stream = stream;
    this.#registry = new CallRegistry(stream, environment, tell, settings);
    const jingle = new JingleRouter(this.#registry);
    const messages = new MessageRouter(this.#registry, this.#presence);
    this.#unsubscribe = [
      stream.onIq(NS.jingle, (iq) => jingle.answer(iq)),
      stream.onMessage((message) => {
        this.#registry.defer(() => {
          messages.take(message);
        });
      }),
      stream.onPresence((stanza) => {
        this.#registry.defer(() => {
          const news = this.#presence.note(stanza);
          if (news) for (const call of this.#registry.live) call.presence(news.jid, news.available);
        });
      }),
      stream.onState((state) => {
        if (state === 'online') this.#registry.cameOnline();
        if (state === 'offline') this.#dropAll();
      }),
      stream.onRebind(() => {
        this.#presence.clear();
        this.#dropAll();
      }),
    ];
  }

  /** Calls that have not ended. */
  get calls(): readonly Call[] {
    return this.#registry.live;
  }

  /** Registers an outgoing call and lets the callee's server know us. @throws CommandError */
  start(id: string, to: string, media: { readonly audio: boolean; readonly video: boolean }): void {
    const jid = parseJid(to);
    if (!jid.ok) throw new CommandError(ErrorCode.INVALID_ADDRESS, jid.error.text);
    const own = this.#stream.jid;
    if (own === undefined) throw new CommandError(ErrorCode.INVALID_STATE, 'not connected');
    const target = formatJid(jid.value);
    if (isSameBare(own, target)) throw new CommandError(ErrorCode.INVALID_ADDRESS, 'this is our own address');
    if (!/^[\x21-\x7e]{1,128}$/.test(id) || this.#registry.isKnown(id)) {
      throw new CommandError(ErrorCode.INVALID_STATE, 'a call needs an id of its own');
    }
    if (this.#registry.live.some((call) => !call.asking)) {
      throw new CommandError(ErrorCode.INVALID_STATE, 'another call is under way');
    }
    const kinds: MediaKind[] = [...(media.audio ? ['audio' as const] : []), ...(media.video ? ['video' as const] : [])];
    if (kinds.length === 0) throw new CommandError(ErrorCode.INVALID_STATE, 'a call needs media');
    this.#registry.create({ id, direction: 'outgoing', peer: target, media: kinds });
    this.#stream.introduceTo(bareOf(target) ?? target);
  }

  /** @throws CommandError */
  propose(id: string): void {
    this.#command(id, (call) => {
      call.propose();
    });
  }

  /** @throws CommandError */
  accept(id: string): void {
    this.#command(id, (call) => {
      call.accept();
    });
  }

  // What crosses the end of a call on its way is no error: the page will learn of the end.

  reject(id: string): void {
    this.#lateCommand(id, (call) => {
      call.reject();
    });
  }

  hangUp(id: string, gone: boolean): void {
    this.#lateCommand(id, (call) => {
      call.hangUp(gone);
    });
  }

  /** @throws CommandError when nothing of this type is due */
  localDescription(id: string, type: 'offer' | 'answer', sdp: string): void {
    this.#lateCommand(id, (call) => {
      if (type === 'offer') call.localOffer(sdp);
      else call.localAnswer(sdp);
    });
  }

  localCandidate(id: string, candidate: LocalIceCandidate): void {
    this.#lateCommand(id, (call) => {
      call.localCandidate(candidate);
    });
  }

  /** @throws CommandError before there can be media */
  mediaConnection(id: string, state: MediaConnectionState, hadRelay: boolean): void {
    this.#lateCommand(id, (call) => {
      call.mediaConnection(state, hadRelay);
    });
  }

  mediaFailure(id: string, code: ErrorCode, detail: string): void {
    this.#lateCommand(id, (call) => {
      call.mediaFailure(code === ErrorCode.UNSPECIFIED ? ErrorCode.INTERNAL : code, detail);
    });
  }

  setMuted(id: string, audio: boolean, video: boolean): void {
    this.#lateCommand(id, (call) => {
      call.setMuted(audio, video);
    });
  }

  /** Whether somebody can be reached, where servers tell: by presence for contacts, by disco for a named device. @throws CommandError */
  async availability(address: string): Promise<AvailabilityState> {
    const jid = parseJid(address);
    if (!jid.ok) throw new CommandError(ErrorCode.INVALID_ADDRESS, jid.error.text);
    const known = this.#presence.of(bareOf(address) ?? address);
    if (known === 'available') return AvailabilityState.AVAILABLE;
    if (known === 'unavailable') return AvailabilityState.UNAVAILABLE;
    if (jid.value.resource === '') return AvailabilityState.UNKNOWN;
    try {
      await this.#stream.discoInfo(formatJid(jid.value));
      return AvailabilityState.AVAILABLE;
    } catch (error) {
      const vague = !(error instanceof IqError) || error.condition === 'timeout' || error.condition === 'disconnected';
      return vague ? AvailabilityState.UNKNOWN : AvailabilityState.UNAVAILABLE;
    }
  }

  /** Hangs up everywhere and lets go of the stream. */
  dispose(): void {
    for (const call of this.#registry.live) {
      call.guard(() => {
        call.hangUp(true);
      });
    }
    for (const unsubscribe of this.#unsubscribe) unsubscribe();
    this.#registry.close();
  }

  #dropAll(): void {
    for (const call of this.#registry.live) {
      call.guard(() => {
        call.drop();
      });
    }
  }

  #lateCommand(id: string, command: (call: Call) => void): void {
    if (!this.#registry.get(id) && this.#registry.isKnown(id)) return;
    this.#command(id, command);
  }

  #command(id: string, command: (call: Call) => void): void {
    const call = this.#registry.get(id);
    if (!call) throw new CommandError(ErrorCode.INVALID_STATE, 'there is no such call');
    let refusal: CommandError | undefined;
    call.guard(() => {
      try {
        command(call);
      } catch (error) {
        if (!(error instanceof CommandError)) throw error;
        refusal = error;
      }
    });
    if (refusal) throw refusal;
  }
}
