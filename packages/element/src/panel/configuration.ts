import type { CallClientOptions, ChatPreference, Credentials, MediaCorePreference } from '@xmpp-call/client';
import { warnOnce } from '../warn-once.js';

/** What an element's attributes and properties say about the connection. */
export interface Configuration {
  readonly service: string | undefined;
  readonly domain: string | undefined;
  readonly to: string | undefined;
  readonly video: boolean;
  /** Seconds. */
  readonly ringTimeout: number | undefined;
  /** Whether the password itself is never sent. */
  readonly refusePlain: boolean;
  readonly iceTransportPolicy: RTCIceTransportPolicy | undefined;
  readonly iceServers: readonly RTCIceServer[] | undefined;
  readonly workerSrc: string | undefined;
  readonly mediaCore: MediaCorePreference | undefined;
  /** Calls at a time, of an agent. */
  readonly maxCalls: 1 | 2 | undefined;
  /** Whether muting stops the microphone. */
  readonly releaseMicrophone: boolean;
  /** Whether devices that are chosen are stored in the browser. */
  readonly rememberDevices: boolean;
  /** Texts beside the call; `on` by default. */
  readonly chat: ChatPreference | undefined;
}

/** s; the longest that a timer of a browser waits. */
const LONGEST_RING = Math.floor((2 ** 31 - 1) / 1000);

/** ms for the client; undefined, which is its own default, for what is no time. */
function ringTimeoutMs(seconds: number | null | undefined): number | undefined {
  if (seconds === undefined || seconds === null) return undefined;
  if (seconds > 0) return Math.round(Math.min(seconds, LONGEST_RING) * 1000);
  warnOnce('"ring-timeout" is not a number of seconds above 0; the default is used.');
  return undefined;
}

/** Options of a client for one account. */
export function clientOptions(from: Configuration, domain: string, credentials: Credentials): CallClientOptions {
  const { service, refusePlain, iceTransportPolicy, iceServers, workerSrc, mediaCore, chat } = from;
  const ringing = ringTimeoutMs(from.ringTimeout);
  return {
    domain,
    credentials,
    playSound: true,
    ...(service && { service }),
    ...(ringing !== undefined && { ringTimeoutMs: ringing }),
    ...(refusePlain && { refusePlain }),
    ...(from.releaseMicrophone && { releaseMicrophone: true }),
    ...(iceTransportPolicy === 'relay' && { iceTransportPolicy }),
    ...(iceServers && { iceServers }),
    ...(workerSrc && { workerUrl: workerSrc }),
    ...(mediaCore && { mediaCore }),
    // Only who answers calls sees a second one ring.
    ...(credentials.kind === 'password' && from.maxCalls === 2 && { maxCalls: 2 }),
    ...(chat !== 'off' && { chat: chat === 'real-time' ? chat : 'on' }),
  };
}
