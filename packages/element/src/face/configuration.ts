import type { CallClientOptions, Credentials, MediaCorePreference } from '@xmpp-call/client';

/** What an element's attributes and properties say about the connection. */
export interface Configuration {
  readonly service: string | undefined;
  readonly domain: string | undefined;
  readonly to: string | undefined;
  readonly video: boolean;
  /** Seconds. */
  readonly ringTimeout: number | undefined;
  readonly iceTransportPolicy: RTCIceTransportPolicy | undefined;
  readonly iceServers: readonly RTCIceServer[] | undefined;
  readonly workerSrc: string | undefined;
  readonly mediaCore: MediaCorePreference | undefined;
}

/** Options of a client for one account. */
export function clientOptions(from: Configuration, domain: string, credentials: Credentials): CallClientOptions {
  const { service, ringTimeout = 0, iceTransportPolicy, iceServers, workerSrc, mediaCore } = from;
  return {
    domain,
    credentials,
    playSound: true,
    ...(service && { service }),
    ...(ringTimeout > 0 && ringTimeout < Infinity && { ringTimeoutMs: ringTimeout * 1000 }),
    ...(iceTransportPolicy === 'relay' && { iceTransportPolicy }),
    ...(iceServers && { iceServers }),
    ...(workerSrc && { workerUrl: workerSrc }),
    ...(mediaCore && { mediaCore }),
  };
}
