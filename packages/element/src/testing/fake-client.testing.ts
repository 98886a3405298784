import { CallErrorEvent, IncomingCallEvent, XmppCallError } from '@xmpp-call/client';
import { TransferRequestEvent } from '@xmpp-call/client/transfer-request-event.js';
import type {
  Call,
  CallClient,
  CallClientOptions,
  CallDirection,
  CalleeAvailability,
  CallMedia,
  CallState,
  CallStatistics,
  ConnectionState,
  Device,
  EndReason,
  ChatMessage,
  ChosenDevices,
  ErrorCode,
  MediaCorePreference,
  PeerTyping,
  RemoteStatus,
  SafetyCode,
  SafetyCodeStatus,
} from '@xmpp-call/client';

/** An EventTarget that knows how many listeners it has. */
class CountingTarget extends EventTarget {
  listeners = 0;

  override addEventListener(
    type: string,
    callback: EventListenerOrEventListenerObject | null,
    options?: AddEventListenerOptions | boolean,
  ): void {
    super.addEventListener(type, callback, options);
    this.listeners++;
    const signal = typeof options === 'object' ? options.signal : undefined;
    signal?.addEventListener('abort', () => this.listeners--, { once: true });
  }
}

const AUDIO: CallMedia = { audio: true, video: false };
const VIDEO: CallMedia = { audio: true, video: true };

/** A call whose other side is the test. */
export class FakeCall extends CountingTarget implements Call {
  readonly id = crypto.randomUUID();
  state: CallState;
  endReason: EndReason | undefined;
  error: XmppCallError | undefined;
  activeSince: number | undefined;
  localStream: MediaStream | undefined = new MediaStream();
  readonly remoteStream = new MediaStream();
  playsSound = false;
  receiving = true;
  readonly sessionId = undefined;
  readonly remoteTracks: ReadonlyMap<string, MediaStreamTrack> = new Map();
  muted = false;
  cameraOn: boolean;
  remote: RemoteStatus = { audioMuted: false, videoMuted: false, videoSeen: false, held: false, contents: [] };
  readonly accepted: CallMedia[] = [];
  /** What the codecs were changed to. */
  readonly mediaCore: MediaCorePreference[] = [];
  readonly setFrameKey: Call['setFrameKey'] = () => undefined;
  peerText: string | undefined;
  canSendTones = false;
  canTransfer = false;
  readonly replaces: Call | undefined;
  transferredFrom: Call | undefined;
  readonly tones: string[] = [];
  /** Whom the other side was to be passed on to. */
  readonly transfers: (string | Call)[] = [];
  /** What transfers wait for. */
  goesOver: Promise<void> = Promise.resolve();
  /** What `getStatistics()` gives; without it, it rejects. */
  statistics: CallStatistics | undefined;
  samples = 0;
  /** What `accept()` and `setCamera()` wait for. */
  devices: Promise<void> = Promise.resolve();

  constructor(
    readonly peer: string,
    readonly direction: CallDirection,
    readonly media: CallMedia,
  ) {
    super();
    this.state = direction === 'outgoing' ? 'calling' : 'incoming';
    this.cameraOn = false;
  }

  messages: readonly ChatMessage[] = [];
  peerTyping: PeerTyping = { composing: false, text: '' };
  /** What was said of the field. */
  readonly composed: [boolean, string][] = [];
  /** Why texts cannot be sent. */
  sendError: XmppCallError | undefined;

  async sendMessage(text: string): Promise<ChatMessage> {
    await Promise.resolve();
    if (this.sendError) throw this.sendError;
    return this.addMessage(text, { outgoing: true, state: 'sent' });
  }

  setComposing(composing: boolean, text = ''): void {
    this.composed.push([composing, text]);
  }

  addMessage(text: string, more: Partial<ChatMessage> = {}): ChatMessage {
    const id = String(this.messages.length);
    const message = { id, text, outgoing: false, at: 0, corrected: false, state: 'received', ...more } as const;
    this.messages = [...this.messages, message];
    this.dispatchEvent(new Event('chat-change'));
    return message;
  }

  changeTyping(peerTyping: PeerTyping): void {
    this.peerTyping = peerTyping;
    this.dispatchEvent(new Event('chat-change'));
  }

  sharing = false;
  /** Why no screen is shared. */
  sharingError: XmppCallError | undefined;

  async shareScreen(): Promise<void> {
    await Promise.resolve();
    if (this.sharingError) throw this.sharingError;
    this.sharing = true;
    this.dispatchEvent(new Event('media-change'));
  }

  async stopSharing(): Promise<void> {
    await Promise.resolve();
    this.sharing = false;
    this.dispatchEvent(new Event('media-change'));
  }

  onHold = false;

  hold(): void {
    this.#setHold(true);
  }

  resume(): void {
    this.#setHold(false);
  }

  #setHold(onHold: boolean): void {
    this.onHold = onHold;
    this.dispatchEvent(new Event('media-change'));
  }

  safetyCode: SafetyCodeStatus = { phase: 'unavailable' };
  /** What the user said of the code. */
  readonly confirmed: boolean[] = [];
  verified = 0;

  verifySafety(): Promise<SafetyCode> {
    this.verified++;
    return Promise.reject(new XmppCallError('no-answer'));
  }

  confirmSafety(areSame: boolean): void {
    this.confirmed.push(areSame);
  }

  changeSafety(status: SafetyCodeStatus): void {
    this.safetyCode = status;
    this.dispatchEvent(new Event('safety-code-change'));
  }

  async accept(media: CallMedia = AUDIO): Promise<void> {
    this.accepted.push(media);
    try {
      await this.devices;
    } catch (error) {
      if (error instanceof XmppCallError) this.fail(error.code);
      throw error;
    }
    this.cameraOn = media.video;
    this.change('connecting');
  }

  reject(): void {
    this.end('rejected');
  }

  hangUp(): void {
    if (this.state !== 'ended') this.end('local-hang-up');
  }

  setMuted(muted: boolean): void {
    this.muted = muted;
    this.dispatchEvent(new Event('media-change'));
  }

  isMuted(): boolean {
    return this.muted;
  }

  async setCamera(on: boolean): Promise<void> {
    await this.devices;
    this.cameraOn = on;
    this.dispatchEvent(new Event('media-change'));
  }

  setMediaCore(preference: MediaCorePreference): boolean {
    this.mediaCore.push(preference);
    return true;
  }

  getStatistics(): Promise<CallStatistics> {
    if (this.statistics === undefined) return Promise.reject(new XmppCallError('invalid-state'));
    this.samples++;
    return Promise.resolve(this.statistics);
  }

  sendTones(tones: string): Promise<void> {
    if (!/^[\d*# ]+$/.test(tones)) return Promise.reject(new XmppCallError('invalid-address'));
    this.tones.push(tones);
    return Promise.resolve();
  }

  transfer(to: string): Promise<void> {
    this.transfers.push(to);
    return this.goesOver;
  }

  transferTo(other: Call): Promise<void> {
    this.transfers.push(other);
    return this.goesOver;
  }

  /** What the user said to a transfer. */
  refusedTransfers = 0;
  /** The call that was placed for one. */
  next: FakeCall | undefined;

  /** The other side wants this one to call somebody else. */
  askToCall(to: string): void {
    const accept = (): FakeCall => {
      this.next = new FakeCall(to, 'outgoing', this.media);
      this.next.transferredFrom = this;
      return this.next;
    };
    this.dispatchEvent(new TransferRequestEvent(to, accept, () => this.refusedTransfers++));
  }

  /** The other side can do more, or less. */
  changeAbilities(abilities: Partial<Pick<FakeCall, 'canSendTones' | 'canTransfer'>>): void {
    Object.assign(this, abilities);
    this.dispatchEvent(new Event('abilities-change'));
  }

  change(state: CallState): void {
    this.state = state;
    if (state === 'active') this.activeSince ??= Date.now();
    this.dispatchEvent(new Event('state-change'));
  }

  /** Connects the call as if it had been so for `ms`. */
  activate(ms = 0): void {
    this.activeSince = Date.now() - ms;
    this.change('active');
  }

  end(reason: EndReason, error?: XmppCallError): void {
    this.endReason = reason;
    this.error = error;
    this.change('ended');
  }

  fail(code: ErrorCode, device?: Device): void {
    this.end('error', new XmppCallError(code, device && { device }));
  }

  /** An error that leaves the call going. */
  complain(code: ErrorCode, device?: Device): void {
    this.dispatchEvent(new CallErrorEvent(new XmppCallError(code, device && { device })));
  }

  receive(receiving: boolean): void {
    this.receiving = receiving;
    this.dispatchEvent(new Event('receiving-change'));
  }

  changeRemote(remote: Partial<RemoteStatus>): void {
    this.remote = { ...this.remote, ...remote };
    this.dispatchEvent(new Event('remote-change'));
  }

  /** Gives a side its tracks. */
  addTracks(side: 'local' | 'remote', ...tracks: readonly MediaStreamTrack[]): void {
    const stream = side === 'local' ? (this.localStream ??= new MediaStream()) : this.remoteStream;
    for (const track of tracks) stream.addTrack(track);
    if (side === 'local' && stream.getVideoTracks().length > 0) this.cameraOn = true;
    this.dispatchEvent(new Event('streams-change'));
  }
}

/** A client without a server: calls are made by the test. */
export class FakeClient extends CountingTarget implements CallClient {
  connection: ConnectionState = 'offline';
  connectionError: XmppCallError | undefined;
  jid: string | undefined;
  readonly calls: FakeCall[] = [];
  disposed = false;
  devices: ChosenDevices;
  /** Why devices cannot be changed. */
  devicesError: XmppCallError | undefined;
  connects = 0;
  /** What `connect()` waits for. */
  login: () => Promise<void> = () => Promise.resolve();

  constructor(readonly options: CallClientOptions) {
    super();
    this.devices = options.devices ?? {};
  }

  async chooseDevices(choice: ChosenDevices): Promise<void> {
    await Promise.resolve();
    if (this.devicesError) throw this.devicesError;
    this.devices = { ...this.devices, ...choice };
  }

  async connect(): Promise<void> {
    this.connects++;
    this.#changeConnection('connecting');
    try {
      await this.login();
    } catch (error) {
      if (error instanceof XmppCallError) this.disconnect(error.code);
      throw error;
    }
    this.jid = `${this.options.credentials?.kind === 'password' ? this.options.credentials.username : 'guest'}@${this.options.domain}/x`;
    this.#changeConnection('online');
  }

  call(to: string, media: CallMedia = AUDIO): Call {
    const call = new FakeCall(to, 'outgoing', media);
    this.calls.push(call);
    return call;
  }

  /** Lets a call come in. */
  ring(peer: string, video = false): FakeCall {
    const call = new FakeCall(peer, 'incoming', video ? VIDEO : AUDIO);
    this.calls.push(call);
    this.dispatchEvent(new IncomingCallEvent(call));
    return call;
  }

  availability(): Promise<CalleeAvailability> {
    return Promise.resolve('unknown');
  }

  dispose(): Promise<void> {
    this.disposed = true;
    for (const call of this.calls) call.hangUp();
    return Promise.resolve();
  }

  reconnect(): void {
    this.#changeConnection('reconnecting');
  }

  disconnect(code: ErrorCode): void {
    this.connectionError = new XmppCallError(code);
    this.#changeConnection('offline');
  }

  #changeConnection(connection: ConnectionState): void {
    this.connection = connection;
    this.dispatchEvent(new Event('connection-change'));
  }
}

let audioContext: AudioContext | undefined;

/** A track of silence. */
export function audioTrack(): MediaStreamTrack {
  audioContext ??= new AudioContext();
  const [track] = audioContext.createMediaStreamDestination().stream.getAudioTracks();
  if (track === undefined) throw new Error('no audio track');
  return track;
}

/** A track of a painted picture; `paint` draws a frame of `width` x `height`. */
export function videoTrack(
  width = 320,
  height = 240,
  paint: (context: CanvasRenderingContext2D) => void = paintPlain,
): MediaStreamTrack {
  const canvas = document.createElement('canvas');
  canvas.width = width;
  canvas.height = height;
  const context = canvas.getContext('2d');
  if (context === null) throw new Error('no 2d context');
  paint(context);
  const [track] = canvas.captureStream(10).getVideoTracks();
  if (track === undefined) throw new Error('no video track');
  return track;
}

function paintPlain(context: CanvasRenderingContext2D): void {
  context.fillStyle = '#7aa';
  context.fillRect(0, 0, context.canvas.width, context.canvas.height);
}
