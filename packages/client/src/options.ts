import type { CallClientOptions } from './api.js';
import { XmppCallError } from './errors.js';
import { checkedWorkerUrl } from './worker-launcher.js';

/** Above it setTimeout fires at once. */
const MAX_TIMER_MS = 2 ** 31 - 1;

type Check = readonly [holds: boolean, message: string];

/**
 * Options as JavaScript gives them, which knows no types. Values that are absent stay so.
 * @throws XmppCallError `invalid-address`, with what is wrong
 */
export function checkedOptions(options: CallClientOptions): CallClientOptions {
  const { workerUrl, ringTimeoutMs } = options;
  for (const [holds, message] of [...checksOf(options), ...checksOfCredentials(options)]) {
    if (!holds) throw new XmppCallError('invalid-address', { message });
  }
  return {
    ...options,
    ...(workerUrl !== undefined && { workerUrl: checkedWorkerUrl(workerUrl) }),
    ...(ringTimeoutMs !== undefined && { ringTimeoutMs: Math.min(Math.ceil(ringTimeoutMs), MAX_TIMER_MS) }),
  };
}

function checksOf(options: Readonly<Partial<Record<keyof CallClientOptions, unknown>>>): readonly Check[] {
  const { service, domain, ringTimeoutMs, iceTransportPolicy, iceServers, playSound, refusePlain, log } = options;
  const { releaseMicrophone, chat, devices, maxCalls } = options;
  return [
    [typeof domain === 'string' && domain.trim() !== '', 'domain has to be the name of an XMPP domain'],
    [optional(service, 'string'), 'service has to be a WebSocket URL'],
    [
      ringTimeoutMs === undefined || (typeof ringTimeoutMs === 'number' && ringTimeoutMs >= 0),
      'ringTimeoutMs has to be a number of ms, 0 for the default',
    ],
    [
      iceTransportPolicy === undefined || iceTransportPolicy === 'all' || iceTransportPolicy === 'relay',
      'iceTransportPolicy has to be all or relay',
    ],
    [
      iceServers === undefined || (Array.isArray(iceServers) && iceServers.every(isIceServer)),
      'iceServers has to be a list of { urls, username, credential }',
    ],
    [optional(playSound, 'boolean'), 'playSound has to be true or false'],
    [optional(refusePlain, 'boolean'), 'refusePlain has to be true or false'],
    [
      maxCalls === undefined || [1, 2, 3, 4, 5, 6, 7, 8].some((count) => count === maxCalls),
      'maxCalls has to be a number from 1 to 8',
    ],
    [optional(releaseMicrophone, 'boolean'), 'releaseMicrophone has to be true or false'],
    [chat === undefined || isOneOf(chat, ['off', 'on', 'real-time']), 'chat has to be off, on or real-time'],
    [devices === undefined || (typeof devices === 'object' && devices !== null), 'devices has to be an object'],
    [optional(log, 'function'), 'log has to be a function'],
  ];
}

function checksOfCredentials({ credentials }: { readonly credentials?: unknown }): readonly Check[] {
  if (credentials === undefined) return [];
  const { kind, username, password } = (credentials ?? {}) as Readonly<Record<string, unknown>>;
  if (kind === 'anonymous') return [];
  return [
    [kind === 'password', 'credentials.kind has to be anonymous or password'],
    [typeof username === 'string' && username !== '', 'credentials.username has to be the local part of a JID'],
    [typeof password === 'string', 'credentials.password has to be a string'],
  ];
}

function isOneOf(value: unknown, words: readonly string[]): boolean {
  return words.some((word) => word === value);
}

function optional(value: unknown, type: string): boolean {
  return value === undefined || typeof value === type;
}

function isIceServer(server: unknown): boolean {
  if (typeof server !== 'object' || server === null) return false;
  const { urls, username, credential } = server as Readonly<Record<string, unknown>>;
  const all: readonly unknown[] = Array.isArray(urls) ? urls : [urls];
  return (
    all.length > 0 &&
    all.every((url) => typeof url === 'string' && /^(stun|turn)s?:/i.test(url)) &&
    optional(username, 'string') &&
    optional(credential, 'string')
  );
}
