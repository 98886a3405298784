import type { CallClientOptions, Credentials } from '@xmpp-call/client';

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
}

/** Options of a client for one account. */
export function clientOptions(from: Configuration, domain: string, credentials: Credentials): CallClientOptions {
  return {
    domain,
    credentials,
    ...(from.service ? { service: from.service } : {}),
    ...(isPositive(from.ringTimeout) ? { ringTimeoutMs: from.ringTimeout * 1000 } : {}),
    ...(from.iceTransportPolicy === 'relay' ? { iceTransportPolicy: from.iceTransportPolicy } : {}),
    ...(from.iceServers ? { iceServers: from.iceServers } : {}),
    ...(from.workerSrc ? { workerUrl: from.workerSrc } : {}),
  };
}

function isPositive(value: number | undefined): value is number {
  return value !== undefined && Number.isFinite(value) && value > 0;
}
