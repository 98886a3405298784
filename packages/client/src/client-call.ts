import { CallState as WireCallState, ContentSource, randomUuid } from '@xmpp-call/wire';
import type { Event as WireEvent } from '@xmpp-call/wire';
import type {
  Call,
  CallDirection,
  CallEventMap,
  CallMedia as MediaOfCall,
  CallState,
  CallStatistics,
  EndOptions,
  ChatMessage,
  EndReason,
  IceLog,
  LocalContent,
  MediaCorePreference,
  PeerTyping,
  RemoteStatus,
  SafetyCode,
  SafetyCodeStatus,
} from './api.js';
import { CallChat } from './call-chat.js';
import { CallCommands } from './call-commands.js';
import type { CallHost } from './call-host.js';
import { CallParts } from './call-parts.js';
import type { PartsOwner } from './call-parts.js';
import { XmppCallError } from './errors.js';
import { isNegotiation } from './negotiator.js';
import type { NegotiationEvent } from './negotiator.js';
import { toCallError } from './to-call-error.js';
import { typedEventTarget } from './typed-event-target.js';
import { CALL_STATES, END_REASONS, toError, wordFor } from './wire-map.js';

export interface ClientCallInit {
  readonly host: CallHost;
  readonly id: string;
  readonly peer: string;
  readonly direction: CallDirection;
  readonly media: MediaOfCall;
  readonly sessionId?: string;
  /** The call that this one takes the place of. */
  readonly replaces?: Call | undefined;
  /** The call whose peer asked for this one. */
  readonly transferredFrom?: Call | undefined;
}

/** What the worker says of the negotiation before the user has answered; none of it is due then. */
const MAX_EARLY = 64;

/** A Call: joins what the worker says with the media of this page. */
export class ClientCall extends typedEventTarget<CallEventMap>() implements Call {
  readonly id: string;
  readonly peer: string;
  readonly direction: CallDirection;
  readonly media: MediaOfCall;
  sessionId: string | undefined;
  readonly remoteStream = new MediaStream();
  state: CallState;
  endReason: EndReason | undefined;
  error: XmppCallError | undefined;
  activeSince: number | undefined;
  peerText: string | undefined;
  readonly replaces: Call | undefined;
  readonly transferredFrom: Call | undefined;

  readonly #host: CallHost;
  readonly #commands: CallCommands;
  readonly #parts: CallParts;
  #ended = false;
  /** The worker has been told of this call. */
  #registered: boolean;
  /** The user wants this call: it may show itself to the peer. */
  #answered: boolean;
  #early: NegotiationEvent[] = [];
  readonly #chat = new CallChat(() => this.dispatchEvent(new Event('chat-change')));

  constructor({ host, id, peer, direction, media, sessionId, replaces, transferredFrom }: ClientCallInit) {
    super();
    this.#host = host;
    this.id = id;
    this.peer = peer;
    this.direction = direction;
    this.media = media;
    this.sessionId = sessionId;
    this.replaces = replaces;
    this.transferredFrom = transferredFrom;
    this.state = direction === 'outgoing' ? 'calling' : 'incoming';
    this.#registered = direction === 'incoming';
    this.#answered = direction === 'outgoing';
    this.#commands = new CallCommands(
      id,
      (body) => host.command(body),
      (error) => {
        if (!this.#ended) this.end('error', error);
      },
    );
    this.#parts = new CallParts(this.#partsOwner());
  }

  get remote(): RemoteStatus {
    return this.#parts.peer.status;
  }

  get localStream(): MediaStream | undefined {
    return this.#parts.media.localStream;
  }

  get playsSound(): boolean {
    return this.#parts.core.core?.playsSound ?? false;
  }

  get remoteTracks(): ReadonlyMap<string, MediaStreamTrack> {
    return this.#parts.media.session?.remoteTracks ?? new Map();
  }

  get muted(): boolean {
    return this.isMuted('microphone');
  }

  get cameraOn(): boolean {
    return this.#parts.media.devices.cameraOn;
  }

  get receiving(): boolean {
    return this.#parts.media.receiving;
  }

  /** Places the call once `connected`. Failures end it. */
  async place(connected: Promise<void>): Promise<void> {
    try {
      const devices = this.#parts.media.devices.open(this.media);
      // Awaited below; until then a failure must not count as unhandled.
      devices.catch(() => undefined);
      await connected;
      if (this.#hasEnded()) return;
      await this.#commands.start(this.peer, this.media, this.transferredFrom?.id ?? '');
      this.#registered = true;
      if (this.#hasEnded()) {
        this.#commands.hangUp();
        return;
      }
      const offered = this.#parts.media.offerFirst();
      offered.catch(() => undefined);
      // Ring only when the devices are sure: at once where permission was given before, else after the prompt.
      await devices;
      if (this.#hasEnded()) return;
      await this.#commands.propose();
      await Promise.all([offered, this.#parts.media.devices.joined()]);
    } catch (cause) {
      this.#fail(cause);
    }
  }

  async accept(media: MediaOfCall = this.media): Promise<void> {
    if (this.state !== 'incoming' || this.#parts.media.devices.begun) {
      throw new XmppCallError('invalid-state', { message: `accept() in state ${this.state}` });
    }
    try {
      const devices = this.#parts.media.devices.open({ audio: true, video: media.video && this.media.video });
      this.#parts.media.prepare().catch(() => undefined);
      await devices;
      this.#answered = true;
      const accepted = this.#commands.accept();
      for (const event of this.#early.splice(0)) this.#parts.media.take(event);
      await accepted;
      await this.#parts.media.devices.joined();
    } catch (cause) {
      throw this.#fail(cause);
    }
  }

  reject({ text }: EndOptions = {}): void {
    if (this.state !== 'incoming') return;
    this.#commands.reject(text);
    this.end('rejected');
  }

  hangUp({ gone = false, text }: EndOptions & { readonly gone?: boolean } = {}): void {
    if (this.#ended) return;
    if (this.#registered) this.#commands.hangUp(gone, text);
    this.end('local-hang-up');
  }

  get canSendTones(): boolean {
    return (
      this.#isAnswered &&
      (this.#parts.media.session?.toneSender !== undefined || this.#parts.peer.features?.tones === true)
    );
  }

  async sendTones(tones: string): Promise<void> {
    if (!this.canSendTones) throw new XmppCallError('invalid-state', { message: 'the peer takes no tones now' });
    await this.#parts.afterAnswer.sendTones(tones);
  }

  get canTransfer(): boolean {
    return this.#isAnswered && this.#parts.peer.features?.transfer === true;
  }

  transfer(to: string, withCallId = ''): Promise<void> {
    return this.#parts.afterAnswer.transfer(to, withCallId);
  }

  transferTo(other: Call): Promise<void> {
    return this.transfer(other.peer, other.id);
  }

  isMuted(content: LocalContent): boolean {
    return this.#parts.media.devices.isMuted(content);
  }

  setMuted(muted: boolean, content: LocalContent = 'microphone'): void {
    if (this.#ended || muted === this.isMuted(content)) return;
    this.#parts.media.devices.setMuted(muted, content);
    this.#mediaChanged();
  }

  get onHold(): boolean {
    return this.#parts.hold.isOn;
  }

  hold(): void {
    if (this.#ended || this.activeSince === undefined)
      throw new XmppCallError('invalid-state', { message: `hold() in state ${this.state}` });
    this.#setHold(true);
  }

  resume(): void {
    if (!this.#ended) this.#setHold(false);
  }

  async setCamera(on: boolean): Promise<void> {
    if (this.#ended || !this.#parts.media.devices.begun)
      throw new XmppCallError('invalid-state', { message: 'no media session' });
    await this.#parts.media.devices.setCamera(on);
  }

  /** Changes to a device that was chosen; undefined for the default. @throws XmppCallError */
  async useDevice(kind: 'microphone' | 'camera', deviceId: string | undefined): Promise<void> {
    try {
      if (!this.#ended) await this.#parts.media.devices.use(kind, deviceId);
    } catch (cause) {
      throw toCallError(cause);
    }
  }

  /** Another loudspeaker was chosen. */
  speakerChanged(): void {
    this.#parts.hold.apply();
    this.dispatchEvent(new Event('streams-change'));
  }

  get sharing(): boolean {
    return this.#parts.media.devices.sharing;
  }

  async shareScreen(): Promise<void> {
    if (this.#ended || this.activeSince === undefined)
      throw new XmppCallError('invalid-state', { message: `shareScreen() in state ${this.state}` });
    await this.#parts.media.devices.shareScreen();
  }

  async stopSharing(): Promise<void> {
    await this.#parts.media.devices.stopSharing();
  }

  setMediaCore(preference: MediaCorePreference): boolean {
    return this.#parts.core.prefer(preference);
  }

  setFrameKey(...key: Parameters<Call['setFrameKey']>): void {
    this.#parts.core.setFrameKey(...key);
  }

  get messages(): readonly ChatMessage[] {
    return this.#chat.messages;
  }

  get peerTyping(): PeerTyping {
    return this.#chat.typing;
  }

  async sendMessage(text: string): Promise<ChatMessage> {
    if (this.#ended) throw new XmppCallError('invalid-state', { message: 'the call has ended' });
    const id = randomUuid();
    await this.#commands.sendMessage(id, text);
    return this.#chat.add(id, text);
  }

  setComposing(composing: boolean, text = ''): void {
    if (!this.#ended) this.#commands.setComposing(composing, text);
  }

  get safetyCode(): SafetyCodeStatus {
    return this.#parts.safety.status;
  }

  verifySafety(): Promise<SafetyCode> {
    return this.#parts.safety.verify();
  }

  confirmSafety(areSame: boolean): void {
    this.#parts.safety.confirm(areSame);
  }

  async getStatistics(): Promise<CallStatistics> {
    const { session } = this.#parts.media;
    if (!session) throw new XmppCallError('invalid-state', { message: 'no media session' });
    const { statistics, frameEncryption } = this.#parts.core;
    return { ...(await session.sampleStatistics()), core: statistics, frameEncryption };
  }

  get iceLog(): IceLog | undefined {
    return this.#parts.media.session?.iceLog;
  }

  /** Events of the worker that concern this call. */
  handle(body: WireEvent['body']): void {
    if (this.#ended) return;
    if (this.#chat.handle(body) || this.#parts.peer.handle(body) || this.#parts.afterAnswer.handle(body)) return;
    if (body.case === 'callChanged') {
      const { state, endReason, failure, peer, sessionId, peerText } = body.value;
      if (sessionId) this.sessionId = sessionId;
      if (peer) {
        this.#parts.peer.answered(peer);
        this.#parts.core.answered(peer);
      }
      this.peerText = peerText || undefined;
      if (state === WireCallState.ENDED) this.end(wordFor(END_REASONS, endReason), failure && toError(failure));
      else this.#changeState(wordFor(CALL_STATES, state));
    } else if (body.case === 'peerMediaCore') {
      this.#parts.core.learn(body.value.device, body.value.announced);
    } else if (body.case === 'safetyCodeOffered') {
      this.#parts.safety.offered();
    } else if (body.case === 'peerSafetyMessage') {
      this.#parts.safety.receive(body.value.message);
    } else if (body.case === 'safetyMessageRefused') {
      this.#parts.safety.refused();
    } else if (isNegotiation(body)) {
      // Nothing of a connection exists before the user has answered: its address would show (RFC 8828 §3).
      if (this.#answered) this.#parts.media.take(body);
      else if (this.#early.length < MAX_EARLY) this.#early.push(body);
    }
  }

  /** Ends the call on this side: devices off, connection closed. Final. */
  end(reason: EndReason, error?: XmppCallError): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#early = [];
    this.#parts.core.close();
    this.#parts.media.close();
    this.#parts.safety.close();
    this.endReason = reason;
    this.error = error;
    this.#changeState('ended');
    this.#parts.afterAnswer.close();
    this.#host.onEnded(this);
  }

  get #isAnswered(): boolean {
    return this.state === 'active' || this.state === 'reconnecting';
  }

  #abilitiesChanged(): void {
    this.dispatchEvent(new Event('abilities-change'));
  }

  #partsOwner(): PartsOwner {
    return {
      call: this,
      host: this.#host,
      commands: this.#commands,
      hasEnded: () => this.#ended,
      onAbilities: () => {
        this.#abilitiesChanged();
      },
      onMedia: () => {
        this.#mediaChanged();
      },
      onFailure: (cause) => {
        this.#fail(cause);
      },
    };
  }

  /** As a method: the state changes while a function waits, which the compiler does not see. */
  #hasEnded(): boolean {
    return this.#ended;
  }

  #setHold(isOn: boolean): void {
    if (isOn === this.onHold) return;
    this.#parts.hold.set(isOn);
    this.#commands.setHeld(isOn);
    this.dispatchEvent(new Event('media-change'));
  }

  #mediaChanged(): void {
    if (this.#ended) return;
    if (this.#registered) {
      const { session, devices } = this.#parts.media;
      const content = (id: LocalContent, source: ContentSource, sends: boolean) => ({
        mid: session?.midOf(id) ?? '',
        source,
        muted: this.isMuted(id) || !sends,
      });
      // Without a microphone there is no sound, as if the user had muted.
      const contents = [
        content('microphone', ContentSource.MICROPHONE, devices.sounding),
        content('camera', ContentSource.CAMERA, devices.showing),
      ];
      this.#commands.setMuted(contents);
    }
    this.dispatchEvent(new Event('media-change'));
  }

  #changeState(state: CallState): void {
    if (state === this.state) return;
    this.state = state;
    if (state === 'ringing') this.#parts.core.rang();
    if (state === 'active') this.activeSince ??= Date.now();
    this.dispatchEvent(new Event('state-change'));
    if (state === 'active') this.#abilitiesChanged();
  }

  /** Ends the call because this side cannot go on; the worker tells the peer. */
  #fail(cause: unknown): XmppCallError {
    const error = toCallError(cause);
    if (this.#ended) return error;
    if (this.#registered) this.#commands.mediaFailure(error);
    this.end('error', error);
    return error;
  }
}
