import type { Call, CallMedia, CalleeAvailability, ChosenDevices, ConnectionState } from './api.js';
import type { XmppCallError } from './errors.js';
import type { IncomingCallEvent } from './incoming-call-event.js';
import type { TypedEventTarget } from './typed-event-target.js';

export interface ClientEventMap {
  'connection-change': Event;
  /** `devices` changed. */
  'devices-change': Event;
  'incoming-call': IncomingCallEvent;
}

/** The headless client: one XMPP account (or anonymous visitor) and its calls. */
export interface CallClient extends TypedEventTarget<ClientEventMap> {
  readonly connection: ConnectionState;
  /** Why the connection is offline when that was not asked for. */
  readonly connectionError: XmppCallError | undefined;
  /** Full JID once online. */
  readonly jid: string | undefined;
  readonly calls: readonly Call[];

  /**
   * Starts the worker and logs in. Idempotent while connecting or online. Where calls are impossible nothing is started, so
   * that nobody is announced who cannot answer: `browser-unsupported` without WebRTC, `insecure-context`.
   * @throws XmppCallError
   */
  connect(): Promise<void>;
  /**
   * Places a call; connects first where needed. Failures end the call with an error.
   * @throws XmppCallError `invalid-state` after `dispose()`, `invalid-address` where `to` is no string
   */
  call(to: string, media?: CallMedia): Call;
  /** The devices that were chosen. */
  readonly devices: ChosenDevices;
  /**
   * Chooses devices for calls to come and for those that go on, which change at once. What is left out stays as it is. A device that is
   * not there when a call begins is replaced by the default.
   * @throws XmppCallError where a running call cannot have one: it goes on with that of before, and the choice is not changed
   */
  chooseDevices(choice: ChosenDevices): Promise<void>;
  /** Whether the callee can be reached, where the server tells. @throws XmppCallError */
  availability(jid: string): Promise<CalleeAvailability>;
  /**
   * Ends all calls, closes the stream, and stops the worker within 2 s. A call that rings here goes on ringing at other devices
   * of the account. Nothing else can be done with this client afterwards.
   */
  dispose(): Promise<void>;
}
