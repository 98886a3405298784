/**
 * What can go wrong with a connection or a call, as a closed union. Words for people live with the user interface,
 * keyed by these codes.
 */
export type ErrorCode =
  /** An address, URL or option is not usable. */
  | 'invalid-address'
  /** The method does not fit the state, for instance `accept()` on an outgoing call. */
  | 'invalid-state'
  /** Page and worker are of different builds. */
  | 'version-mismatch'
  /** The XMPP server cannot be reached. */
  | 'signaling-unreachable'
  /** The XMPP session was lost and could not be resumed. */
  | 'signaling-lost'
  /** The server refused the credentials. */
  | 'auth-failed'
  /** No such account or domain. */
  | 'callee-unknown'
  /** No device of the callee can take a call now. */
  | 'callee-unavailable'
  /** The callee declined. */
  | 'declined'
  /** The callee is in another call. */
  | 'busy'
  /** Somebody else is calling the callee at this moment. */
  | 'callee-being-called'
  /** Nobody answered in time. */
  | 'no-answer'
  /** No path between the two sides; a TURN server was tried. */
  | 'connectivity-failed'
  /** No path between the two sides, and the XMPP server offers no TURN server. */
  | 'turn-missing'
  /** Media flowed, and then the path was lost for good. */
  | 'connection-lost'
  /** The peer does not encrypt media with DTLS-SRTP. */
  | 'security-failed'
  /** No common codec; with `device` `camera` in a call that goes on, the peer takes no picture. */
  | 'incompatible'
  /** The peer's client reported an error. */
  | 'peer-failed'
  /** The user refused the microphone or the camera. */
  | 'permission-denied'
  /** The page's Permissions-Policy forbids the microphone or the camera. */
  | 'forbidden-by-page'
  /** There is no microphone, or no camera. */
  | 'device-not-found'
  /** Another program has the microphone or the camera. */
  | 'device-in-use'
  /** The page was not loaded over HTTPS (or from localhost). */
  | 'insecure-context'
  /** The browser lacks WebRTC or module workers. */
  | 'browser-unsupported'
  /** The browser's media stack failed. */
  | 'media-failed'
  /** The signaling worker could not be started, died, or does not answer. */
  | 'worker-failed'
  /** A fault of this client. */
  | 'internal';

/** Which of the two an error of a device is about. */
export type Device = 'microphone' | 'camera';

export interface XmppCallErrorInit {
  /** English, for logs. */
  readonly message?: string;
  readonly cause?: unknown;
  readonly device?: Device | undefined;
}

/** Trying again with the same input cannot help. */
const FATAL: ReadonlySet<ErrorCode> = new Set([
  'invalid-address',
  'invalid-state',
  'version-mismatch',
  'auth-failed',
  'callee-unknown',
  'security-failed',
  'incompatible',
  'forbidden-by-page',
  'insecure-context',
  'browser-unsupported',
]);

/** A rule of the API was broken or the installation is at fault: offering "try again" to a visitor is pointless. */
const NO_RETRY: ReadonlySet<ErrorCode> = new Set([...FATAL, 'internal']);

/** The one error class of this package. */
export class XmppCallError extends Error {
  override readonly name = 'XmppCallError';
  /** Nothing but a change of configuration, browser or callee can help. */
  readonly fatal: boolean;
  /** A second try may succeed. */
  readonly retry: boolean;
  /** Which device could not be had or sent; undefined where the failure is of none. */
  readonly device: Device | undefined;

  constructor(
    readonly code: ErrorCode,
    init: XmppCallErrorInit = {},
  ) {
    super(init.message ?? code, init.cause === undefined ? undefined : { cause: init.cause });
    this.fatal = FATAL.has(code);
    this.retry = !NO_RETRY.has(code);
    this.device = init.device;
  }
}
