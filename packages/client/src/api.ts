import type { ContentId, IceLog, MediaKind, SessionStatistics } from '@xmpp-call/media';
import type { FrameEncryptionState, MediaCoreStatistics } from '@xmpp-call/media-core';
import type { XmppCallError } from './errors.js';
import type { CallErrorEvent } from './call-error-event.js';
import type { TransferRequestEvent } from './transfer-request-event.js';
import type { SafetyCode } from './safety-code/derivation.js';
import type { SafetyFailure } from './safety-code/exchange.js';
import type { TypedEventTarget } from './typed-event-target.js';

export type { FrameEncryptionState, IceLog, MediaKind };

/** One sample of a call's statistics. Rates are over the time since the previous sample. */
export interface CallStatistics extends SessionStatistics {
  /** What the media core does, where the call has one. */
  readonly core?: MediaCoreStatistics | undefined;
  /**
   * `off`: no frame key is set. `core`: the media core encrypts; where it cannot, `frame-encryption` says so. `no-core`: a key
   * is set, but this call has no core, and no frame is encrypted.
   */
  readonly frameEncryption?: 'off' | 'core' | 'no-core';
}

/** `offline`: not connected and not trying; `reconnecting`: was online, calls go on meanwhile. */
export type ConnectionState = 'offline' | 'connecting' | 'online' | 'reconnecting';
export type CallState =
  /** Placed; nobody has said a word yet. */
  | 'calling'
  /** A device of the callee rings. */
  | 'ringing'
  /** A call rings here. */
  | 'incoming'
  /** Answered; media is not there yet. */
  | 'connecting'
  /** Media flows. A call that the peer holds stays so: `remote.held`. */
  | 'active'
  /** The network path is lost, and a new one is looked for. */
  | 'reconnecting'
  /** Over; final. */
  | 'ended';
export type CallDirection = 'outgoing' | 'incoming';
/** Why a call ended; with `error`, `Call.error` says which. */
export type EndReason =
  /** This side hung up. */
  | 'local-hang-up'
  /** The peer hung up. */
  | 'remote-hang-up'
  /** Another device of the account answered. */
  | 'answered-elsewhere'
  /** The caller gave up before an answer: a missed call. */
  | 'cancelled'
  /** This side, or another device of the account, rejected the call. */
  | 'rejected'
  /** `error` of the call says what. */
  | 'error';
export type CalleeAvailability = 'available' | 'unavailable' | 'unknown';

/** Whose codecs calls use: the browser's, or those in WebAssembly, with `auto` where browser and device are up to them. */
export type MediaCorePreference = 'native' | 'auto' | 'wasm';

export interface CallMedia {
  readonly audio: true;
  readonly video: boolean;
}

/** Where what a content carries comes from. */
export type ContentSource = 'microphone' | 'camera' | 'screen';

/** What this side sends. */
export type LocalContent = ContentId;

/** One content of a session as the peer has it: a microphone, a camera, or another one of the same kind. */
export interface RemoteContent {
  /** Of its m-line: the key of `Call.remoteTracks`, and `mid` in statistics. */
  readonly mid: string;
  readonly kind: MediaKind;
  /** Undefined where the peer does not tell. The first audio counts as the microphone, the first video as the camera. */
  readonly source: ContentSource | undefined;
  /** The peer may send it, as far as was agreed. */
  readonly sends: boolean;
  readonly muted: boolean;
  /** Packets of it have arrived in this call. */
  readonly seen: boolean;
}

/** What the peer says of its media. */
export interface RemoteStatus {
  /** The first audio content is muted. */
  readonly audioMuted: boolean;
  /**
   * The first video content is muted: the peer sends no picture now, also where its camera was never on. A picture has
   * nothing to show.
   */
  readonly videoMuted: boolean;
  /** Its picture has arrived in this call: with `videoMuted`, and only then, the peer "turned the camera off". */
  readonly videoSeen: boolean;
  /** The peer holds the call: it sends nothing for now. `state` stays as it is. */
  readonly held: boolean;
  /** What the session has agreed on, in the order of its m-lines; none before that. */
  readonly contents: readonly RemoteContent[];
}

/** What can be said with the end of a call. */
export interface EndOptions {
  /** For the peer's user to read, where its client shows it; at most 300 characters. */
  readonly text?: string;
}
export type { SafetyCode, SafetyFailure };

/** How far two sides are in agreeing on a code that people compare, see `Call.verifySafety()`. */
export type SafetyCodeStatus =
  /** The call is not active yet, or the peer has no such codes. */
  | { readonly phase: 'unavailable' }
  /** Can be asked for. */
  | { readonly phase: 'available' }
  /** One side has asked; the messages of the other are awaited. */
  | { readonly phase: 'waiting' }
  /** The peer did not answer in time; it still may. */
  | { readonly phase: 'unanswered' }
  /** Both sides have a code, which people are to compare. */
  | { readonly phase: 'comparing'; readonly code: SafetyCode }
  /** The user has said that it is the same on both sides. */
  | { readonly phase: 'confirmed'; readonly code: SafetyCode }
  /** Somebody may be in between, or the peer is at fault. Final. */
  | { readonly phase: 'failed'; readonly failure: SafetyFailure };

/** One text of a call. The same object changes never: a change makes another one. */
export interface ChatMessage {
  readonly id: string;
  /** As it was written: never HTML. */
  readonly text: string;
  /** Of this side; also from another device of the account. */
  readonly outgoing: boolean;
  /** ms since the epoch. */
  readonly at: number;
  /** The writer has replaced an earlier text. */
  readonly corrected: boolean;
  /** `received` for those of the peer. */
  readonly state: 'sent' | 'delivered' | 'read' | 'failed' | 'received';
}

/** Whether the peer is writing, and what, where both sides show that (XEP-0301). */
export interface PeerTyping {
  readonly composing: boolean;
  readonly text: string;
}

/** `on`: texts are taken and sent. `real-time`: also letter by letter, with a peer that does so too (XEP-0301). */
export type ChatPreference = 'off' | 'on' | 'real-time';

/** `deviceId` (Media Capture and Streams §9.3) of each device that was chosen; undefined for the browser's default. */
export interface ChosenDevices {
  readonly microphone?: string | undefined;
  readonly camera?: string | undefined;
  /** Where received sound is played; whoever plays `remoteStream` sets it there (`setSinkId`). */
  readonly speaker?: string | undefined;
}

export interface CallEventMap {
  'state-change': Event;
  /** `localStream` or `remoteStream` has other tracks, or became another stream, or `playsSound` changed. */
  'streams-change': Event;
  /** `muted`, `isMuted()`, `cameraOn`, `sharing` or `onHold` changed. */
  'media-change': Event;
  /** `remote` changed. */
  'remote-change': Event;
  /** `receiving` changed. */
  'receiving-change': Event;
  /** `canSendTones` or `canTransfer` may have changed. */
  'abilities-change': Event;
  /** The peer asks us to call somebody else in its place. Without an answer the call goes on. */
  'transfer-request': TransferRequestEvent<Call>;
  /** `messages` or `peerTyping` changed. */
  'chat-change': Event;
  /** `safetyCode` changed. */
  'safety-code-change': Event;
  /**
   * With a frame key: frames of one way cannot be encrypted or opened, or can again. With the reasons `no-core` (this call has
   * no media core) and `foreign-peer` (the peer has none) they are sent without encryption.
   */
  'frame-encryption': CustomEvent<FrameEncryptionState>;
  /**
   * Something failed and the call goes on: the camera cannot be had (`error.device` is `camera`), or the peer does not take
   * its picture (`incompatible`, `camera`); the microphone is gone and no other can be had (`microphone`); an offer was
   * refused or not answered.
   */
  'call-error': CallErrorEvent;
}

/** One call. Mirrors what the signaling worker says; `ended` is final. */
export interface Call extends TypedEventTarget<CallEventMap> {
  readonly id: string;
  /** Of the Jingle session, by which the peer and servers log the call; undefined until it is known. */
  readonly sessionId: string | undefined;
  /** Bare JID of the other side. */
  readonly peer: string;
  readonly direction: CallDirection;
  /** What the call was proposed with. */
  readonly media: CallMedia;
  readonly state: CallState;
  /** Set once `ended`. */
  readonly endReason: EndReason | undefined;
  readonly error: XmppCallError | undefined;
  /** When `state` first became `active`, ms since the epoch. */
  readonly activeSince: number | undefined;
  readonly localStream: MediaStream | undefined;
  /** Shows the first audio and the first video of the peer. */
  readonly remoteStream: MediaStream;
  /** Every track of the peer's by the `mid` of its content, as the browser receives it; see `streams-change`. */
  readonly remoteTracks: ReadonlyMap<string, MediaStreamTrack>;
  /** Whether the sound of `remoteStream` is played already: elements that have it are to be mute. See `playSound`. */
  readonly playsSound: boolean;
  /** The microphone is muted. */
  readonly muted: boolean;
  readonly cameraOn: boolean;
  readonly remote: RemoteStatus;
  /** What the peer says about the end, in its own words: text of somebody unknown, at most 300 characters, never markup. */
  readonly peerText?: string | undefined;
  /** Whether `sendTones` can be used: the agreed media take tones (RFC 4733), or the peer takes them by XMPP (XEP-0181). */
  readonly canSendTones: boolean;
  /** Whether the peer takes transfers (XEP-0251). */
  readonly canTransfer: boolean;
  /** The call that this one takes the place of: the peer of that one has passed it on. */
  readonly replaces?: Call | undefined;
  /** The call whose peer asked for this one. */
  readonly transferredFrom?: Call | undefined;
  /**
   * Whether the peer is heard or seen: RTP packets of it arrived within the last 3 s, or none are expected, since it muted or
   * holds what it sends. Judged once a second from the first connection on, and true before. `state` stays `active` without:
   * ICE takes up to 30 s to notice.
   */
  readonly receiving: boolean;

  /** Answers an incoming call. Rejects (and ends the call) when devices cannot be had. @throws XmppCallError */
  accept(media?: CallMedia): Promise<void>;
  /** Declines an incoming call. */
  reject(options?: EndOptions): void;
  /** Ends the call in any state; does nothing once ended. */
  hangUp(options?: EndOptions): void;
  /**
   * Sends DTMF after what is still being sent, 100 ms a tone. Never logged or stored.
   * @param tones digits, `*`, `#`, `A` to `D`; `,` and `p` are a pause of 2 s; blanks, `-`, `.`, `/` and brackets are passed over
   * @throws XmppCallError `invalid-address` for other text or more than 64 tones, `invalid-state` where they cannot be sent now
   */
  sendTones(tones: string): Promise<void>;
  /**
   * Passes the peer on: it is asked to call `to`. Resolves when it has gone over, which ends this call.
   * @throws XmppCallError and the call goes on: `declined`, `no-answer` after 120 s, `incompatible` where the peer takes none,
   *   `invalid-address`, `invalid-state` before the answer and while another transfer is under way
   */
  transfer(to: string): Promise<void>;
  /** Connects the peer with that of another call of this client; both calls end. @throws XmppCallError as `transfer` */
  transferTo(other: Call): Promise<void>;
  /**
   * Silences the microphone or opens it; unmuting tries once more to get a microphone that was lost.
   * @param content `camera` sends black in place of a camera that stays on, and tells the peer that it is muted
   */
  setMuted(muted: boolean, content?: LocalContent): void;
  isMuted(content: LocalContent): boolean;
  /** A screen is sent in place of the camera; `cameraOn` is false then. */
  readonly sharing: boolean;
  /**
   * Lets the user choose a screen, a window or a tab and sends it in place of the camera, adding video to an audio call where needed.
   * To be called from a gesture. Ends by `stopSharing()`, by the browser's own bar and by `setCamera(true)`; a camera that was on before is on
   * again then.
   * @throws XmppCallError `permission-denied` also where the user chose nothing, `browser-unsupported`, `invalid-state` before the call was
   *   connected and after the end
   */
  shareScreen(): Promise<void>;
  stopSharing(): Promise<void>;
  /** This side holds the call; whether the peer does is in `remote.held`. */
  readonly onHold: boolean;
  /**
   * Puts the call on hold: nothing is sent or heard, and the peer is told. Devices stay open and muted contents stay muted.
   * @throws XmppCallError `invalid-state` before the call was connected and after the end
   */
  hold(): void;
  /** Takes the call off hold; does nothing where it is not. */
  resume(): void;
  /**
   * Turns the camera on or off, adding video to an audio call where needed; also while it rings. Of several wishes the last
   * one counts. A camera that the peer turns out not to take goes off again, see `call-error`.
   * @throws XmppCallError `invalid-state` before `accept()` and after the end; else the camera is off and the call goes on
   */
  setCamera(on: boolean): Promise<void>;
  /**
   * Changes codecs in the running call, or says with which it is to begin.
   * @returns whether the call follows: one whose media have begun without the media core cannot
   */
  setMediaCore(preference: MediaCorePreference): boolean;
  /**
   * Encrypts frames between two media cores from now on, beside DTLS-SRTP, with AES-GCM under keys derived from this secret;
   * without one, no more. Both sides have to set the same, and may set the next under another id while the call goes on: what
   * was sealed under the last one still is opened for a while. With the wrong key there is silence and no picture, and
   * `frame-encryption` says so. To a peer without a core nothing is sealed, nor is anything in a call that has none:
   * `frame-encryption` says that too, and `getStatistics().frameEncryption`.
   * @param id 0 to 255, told to the peer in each frame
   * @param secret 16 bytes at least, from a source that the server does not have; never stored or logged. Another one is
   *   an error in the log: the key from before holds, or none at all, and then nothing is sent or heard
   */
  setFrameKey(id: number, secret: Uint8Array | undefined): void;
  /** The texts of this call, oldest first, 500 at most; gone with the page. Empty without the option `chat`. */
  readonly messages: readonly ChatMessage[];
  readonly peerTyping: PeerTyping;
  /**
   * Sends a text to the peer, which sees it in its chat: 10 000 code points at most.
   * @throws XmppCallError `invalid-state` before the call was answered and after the end, for no text or one that is too long, and
   *   without the option `chat`
   */
  sendMessage(text: string): Promise<ChatMessage>;
  /** Tells the peer that the user is writing, or not any more; `text` is what is in the field, for real-time text. */
  setComposing(composing: boolean, text?: string): void;
  /** What is known of the code; see `verifySafety()`. */
  readonly safetyCode: SafetyCodeStatus;
  /**
   * Agrees with the peer on a short code, the same on both sides unless somebody in between has put other keys into the call. Either
   * side may ask, also both at once; the side that did not ask has the code too.
   * @throws XmppCallError `invalid-state` while `unavailable`, `no-answer` after 20 s (a code may still come), `security-failed`
   */
  verifySafety(): Promise<SafetyCode>;
  /** What the user says of the code: another one on the other side makes it `failed`. The call goes on. */
  confirmSafety(areSame: boolean): void;
  getStatistics(): Promise<CallStatistics>;
  /**
   * What happened to the connectivity, the latest 500 events, also after the end; undefined before there was a connection. Holds
   * IP addresses: `buildReport` of `@xmpp-call/client/report.js` makes of it what may be shown.
   */
  readonly iceLog?: IceLog | undefined;
}

export type Credentials =
  | { readonly kind: 'anonymous' }
  /** `username` is the local part of the JID. The password stays in memory only. */
  | { readonly kind: 'password'; readonly username: string; readonly password: string };

export type LogLevel = 'debug' | 'info' | 'warn' | 'error';
/** `context` never holds secrets, message text or SDP. */
export type Log = (level: LogLevel, message: string, context: Readonly<Record<string, string>>) => void;

export interface CallClientOptions {
  /** WebSocket URL (`wss:`, or `ws:` to loopback). Discovered from `domain` by XEP-0156 when absent. */
  readonly service?: string;
  /** XMPP domain to log in to. */
  readonly domain: string;
  readonly credentials?: Credentials;
  /** ms, default 45 000, which 0 stands for too; at most 2^31 - 1. */
  readonly ringTimeoutMs?: number;
  /**
   * Calls at a time, 1 by default and 8 at most. A further one that comes in finds the line busy. With 2 a second call rings while the first goes on:
   * put the first on hold before answering.
   */
  readonly maxCalls?: number;
  /** Never sends the password itself to the server (SASL PLAIN), not even over TLS. Default false. */
  readonly refusePlain?: boolean;
  /** `relay` forces media through TURN. */
  readonly iceTransportPolicy?: RTCIceTransportPolicy;
  /** Servers of the integrator's own, in addition to those the XMPP server names (XEP-0215). */
  readonly iceServers?: readonly RTCIceServer[];
  /**
   * Where `signaling.worker.js` is, when it is not beside the script that is running; the media core's files too. HTTP or
   * HTTPS of the page's or the script's origin.
   */
  readonly workerUrl?: string | URL;
  /**
   * Whose codecs a call uses. `auto` (default): Opus and VP8 in WebAssembly with a peer that has them too, where browser and
   * device are up to them; with any other peer the browser's, and nothing of ours is fetched. `native`: always the browser's.
   * `wasm`: always ours. Every peer can be called either way, and the browser's codecs take over on any trouble.
   */
  readonly mediaCore?: MediaCorePreference;
  /**
   * Whether a call may play the sound of its `remoteStream` itself, which is heard sooner than by an element where the media
   * core is in use in Chromium. Who sets it mutes elements with that stream while `Call.playsSound`. Default false.
   */
  readonly playSound?: boolean;
  /**
   * Muting stops the microphone, so that the system's light goes out, and unmuting opens it again, which takes a moment. Default false: muting
   * sends silence.
   */
  readonly releaseMicrophone?: boolean;
  /** Devices of the first calls; see `CallClient.chooseDevices()`. */
  readonly devices?: ChosenDevices;
  /** Texts beside the call, with whoever one talks to. Default `off`: who takes texts has to show them. */
  readonly chat?: ChatPreference;
  /** Where log lines go; by default warnings and errors go to the console, 30 in 10 s at most. */
  readonly log?: Log;
}
