import {
  CallState,
  ConnectionState,
  ContentSource,
  EndReason,
  ErrorCode,
  MediaKind,
  SdpType,
  Senders,
} from '@xmpp-call/wire';
import { DONE, FakeWorker } from './fake-worker.testing.js';
import type { CommandHandler } from './fake-worker.testing.js';

type Body = Parameters<CommandHandler>[0];
interface Description {
  readonly type: SdpType;
  readonly sdp: string;
  readonly rejectedMids?: string[];
}

interface AgreedContent {
  readonly mid: string;
  readonly kind: MediaKind;
  /** The kind for the first of its kind, else the mid: what mutes are kept by. */
  readonly key: string;
}

type LocalContent = Extract<Body, { case: 'setMuted' }>['value']['contents'][number];

const SOURCES: ReadonlyMap<string, ContentSource> = new Map([
  ['audio', ContentSource.MICROPHONE],
  ['video', ContentSource.CAMERA],
]);

function keyOf(source: ContentSource): string {
  return source === ContentSource.CAMERA ? 'video' : 'audio';
}

function contentsIn(sdp: string): AgreedContent[] {
  const contents: AgreedContent[] = [];
  for (const section of sdp.split(/^m=/m).slice(1)) {
    const [, word = '', port] = /^(\w+) (\d+)/.exec(section) ?? [];
    if (port === '0') continue;
    const mid = /^a=mid:(\S+)/m.exec(section)?.[1] ?? '';
    const kind = word === 'video' ? MediaKind.VIDEO : MediaKind.AUDIO;
    contents.push({ mid, kind, key: contents.some((one) => one.kind === kind) ? mid : word });
  }
  return contents;
}

/**
 * Two fake workers back to back: what one page tells its worker, the other page hears from its own, without XMPP. Enough
 * of the calls layer for the media of two real clients to meet.
 */
export class Loopback {
  readonly caller = new FakeWorker((body) => this.#reply('caller', body));
  readonly callee = new FakeWorker((body) => this.#reply('callee', body));
  /** What is made of a description on its way to the other side. */
  onDescription: (from: 'caller' | 'callee', description: Description) => Description = (_, description) => description;
  /** Replies in place of the loopback; `false` leaves the command without a reply. */
  onCommand: (from: 'caller' | 'callee', body: Body) => ReturnType<CommandHandler> | false = () => undefined;
  /** Sides that have told their workers to announce the media core. */
  readonly announces = { caller: false, callee: false };
  /** What the other side learns of a device, at once; undefined: nothing. */
  mediaCoreOf: (side: 'caller' | 'callee') => boolean | undefined = (side) => this.announces[side];
  #offer: string | undefined;
  #accepted = false;
  #early: Extract<Body, { case: 'localCandidate' }>['value'][] = [];
  #callId = '';
  /** What the answer has agreed on, and who has said that what of it is muted. */
  #contents: readonly AgreedContent[] = [];
  readonly #muted = { caller: new Set<string>(), callee: new Set<string>() };

  #reply(from: 'caller' | 'callee', body: Body): ReturnType<CommandHandler> {
    const own = this.onCommand(from, body);
    if (own === false) return undefined;
    if (body.case === 'connect') this.announces[from] = body.value.mediaCore;
    return own ?? (from === 'caller' ? this.#fromCaller(body) : this.#fromCallee(body));
  }

  #fromCaller(body: Body): ReturnType<CommandHandler> {
    switch (body.case) {
      case 'startCall':
        this.#callId = body.value.callId;
        return DONE;
      case 'propose':
        this.callee.emit({
          case: 'incomingCall',
          value: {
            callId: this.#callId,
            from: 'caller@example.org',
            media: { contents: [{ kind: MediaKind.AUDIO }, { kind: MediaKind.VIDEO }] },
          },
        });
        this.#tellMediaCore(this.callee, 'caller');
        this.#tellMediaCore(this.caller, 'callee');
        return DONE;
      case 'localDescription':
        if (body.value.type === SdpType.OFFER && !this.#accepted) this.#offer = body.value.sdp;
        else this.callee.emit({ case: 'remoteDescription', value: this.#description('caller', body.value) });
        if (body.value.type === SdpType.ANSWER) this.#agree(body.value.sdp);
        this.#start();
        return DONE;
      case 'localCandidate':
        if (this.#accepted && this.#offer === undefined) this.#candidate(this.callee, body.value);
        else this.#early.push(body.value);
        return DONE;
      default:
        return this.#common(body, this.caller, this.callee);
    }
  }

  #fromCallee(body: Body): ReturnType<CommandHandler> {
    switch (body.case) {
      case 'acceptCall':
        this.#accepted = true;
        for (const [side, peer] of [
          [this.caller, 'callee@example.org/1'],
          [this.callee, 'caller@example.org/1'],
        ] as const) {
          side.emit({ case: 'callChanged', value: { callId: this.#callId, state: CallState.CONNECTING, peer } });
        }
        this.#start();
        return DONE;
      case 'localDescription':
        this.caller.emit({ case: 'remoteDescription', value: this.#description('callee', body.value) });
        if (body.value.type === SdpType.ANSWER) this.#agree(body.value.sdp);
        return DONE;
      case 'localCandidate':
        this.#candidate(this.caller, body.value);
        return DONE;
      default:
        return this.#common(body, this.callee, this.caller);
    }
  }

  #description(from: 'caller' | 'callee', { type, sdp }: Description) {
    return { callId: this.#callId, ...this.onDescription(from, { type, sdp }) };
  }

  /** The mute of a content without an m-line is kept for the first one of its source. */
  #mute(side: 'caller' | 'callee', contents: readonly LocalContent[]): void {
    const muted = this.#muted[side];
    for (const { mid, source, muted: isMuted } of contents) {
      const key = this.#contents.find((content) => content.mid === mid)?.key ?? keyOf(source);
      if (isMuted) muted.add(key);
      else muted.delete(key);
    }
    if (this.#contents.length > 0) this.#tellContents();
  }

  #agree(answer: string): void {
    this.#contents = contentsIn(answer);
    this.#tellContents();
  }

  #tellContents(): void {
    for (const [worker, other] of [
      [this.caller, 'callee'],
      [this.callee, 'caller'],
    ] as const) {
      const contents = this.#contents.map(({ mid, kind, key }) => ({
        mid,
        kind,
        source: SOURCES.get(key) ?? ContentSource.UNSPECIFIED,
        senders: Senders.BOTH,
        muted: this.#muted[other].has(key),
      }));
      worker.emit({ case: 'remoteInfo', value: { callId: this.#callId, contents } });
    }
  }

  #start(): void {
    if (!this.#accepted || this.#offer === undefined) return;
    const offer = this.#description('caller', { type: SdpType.OFFER, sdp: this.#offer });
    this.callee.emit({ case: 'remoteDescription', value: offer });
    this.#offer = undefined;
    for (const candidate of this.#early.splice(0)) this.#candidate(this.callee, candidate);
  }

  #tellMediaCore(to: FakeWorker, side: 'caller' | 'callee'): void {
    const announced = this.mediaCoreOf(side);
    if (announced === undefined) return;
    to.emit({ case: 'peerMediaCore', value: { callId: this.#callId, device: `${side}@example.org/1`, announced } });
  }

  #candidate(
    to: FakeWorker,
    { callId, candidate, mid, ufrag }: { callId: string; candidate: string; mid: string; ufrag: string },
  ) {
    to.emit({ case: 'remoteCandidate', value: { callId, candidate, mid, ufrag, mLineIndex: Number(mid) } });
  }

  #common(body: Body, own: FakeWorker, other: FakeWorker): ReturnType<CommandHandler> {
    switch (body.case) {
      case 'connect':
        own.emit({ case: 'connectionChanged', value: { state: ConnectionState.ONLINE, jid: 'me@example.org/1' } });
        return { case: 'connected', value: { jid: 'me@example.org/1' } };
      case 'fetchIceServers':
        return { case: 'iceServers', value: { servers: [] } };
      case 'mediaConnection':
        own.emit({ case: 'callChanged', value: { callId: body.value.callId, state: CallState.ACTIVE } });
        return DONE;
      case 'hangUp':
        own.emit({
          case: 'callChanged',
          value: { callId: body.value.callId, state: CallState.ENDED, endReason: EndReason.LOCAL_HANG_UP },
        });
        other.emit({
          case: 'callChanged',
          value: { callId: body.value.callId, state: CallState.ENDED, endReason: EndReason.REMOTE_HANG_UP },
        });
        return DONE;
      case 'setMuted':
        this.#mute(own === this.caller ? 'caller' : 'callee', body.value.contents);
        return DONE;
      case 'refuseOffer':
        other.emit({
          case: 'offerVoid',
          value: { callId: body.value.callId, failure: { code: ErrorCode.INCOMPATIBLE, detail: body.value.detail } },
        });
        return DONE;
      case 'queryAvailability':
        return { case: 'failure', value: { code: ErrorCode.INVALID_STATE } };
      default:
        return DONE;
    }
  }
}
