import type { ErrorCode, XmppCallError } from '@xmpp-call/client';

/** What was asked for; without secrets, as it goes to the console. */
export interface Asked {
  readonly agent: boolean;
  readonly to: string | undefined;
  readonly domain: string | undefined;
  readonly service: string | undefined;
}

type Hint = string | ((asked: Asked) => string);

/** For the console, in English: what the owner of the page or of the server has to change. */
const HINTS: Partial<Record<ErrorCode, Hint>> = {
  'invalid-address': ({ agent, to, domain, service }) =>
    agent
      ? `an agent signs in as name@domain; "domain" is ${quoted(domain)}, "service" ${quoted(service)}.`
      : `check "to" (${quoted(to)}), "domain" (${quoted(domain)}) and "service" (${quoted(service)}).`,
  'version-mismatch': 'deploy all files of one version.',
  'signaling-unreachable': ({ domain, service }) =>
    service
      ? `the WebSocket ${quoted(service)} did not open; check "service" and connect-src in the Content-Security-Policy.`
      : `nothing answered for "domain" ${quoted(domain)}: is it spelt right, does it have a host-meta with a WebSocket, does connect-src in the Content-Security-Policy allow both? "service" names the WebSocket directly.`,
  'auth-failed': ({ agent, domain }) =>
    agent
      ? 'the server refused the address or the password of the agent; an account of another domain needs name@domain.'
      : `visitors need SASL ANONYMOUS on "domain" ${quoted(domain)}.`,
  'callee-unknown': ({ to, domain }) =>
    `"to" ${quoted(to)} does not exist, or cannot be reached from ${quoted(domain)}; check its spelling and, between two domains, s2s.`,
  'connectivity-failed': 'no ICE candidates connected; check the TURN server: UDP, TCP, TLS, credentials, relay ports.',
  'turn-missing': 'no ICE candidates connected; the XMPP server has to offer a TURN server (XEP-0215).',
  'security-failed': 'the peer sent no DTLS-SRTP fingerprint.',
  'insecure-context': 'browsers give devices to https: and localhost only.',
  'browser-unsupported': 'this browser has no WebRTC or no module workers, or they are switched off.',
  'worker-failed':
    'signaling.worker.js did not start; check "worker-src" and worker-src in the Content-Security-Policy.',
  'permission-denied':
    'refused by the visitor or by the browser; where nobody was asked, see Permissions-Policy and, in an iframe, allow="microphone; camera".',
  'forbidden-by-page':
    'the Permissions-Policy of the page, or an iframe without allow="microphone; camera", forbids the device; in the header: Permissions-Policy: microphone=(self), camera=(self).',
};

/** Faults without a remedy of the owner's; worth a report. Other codes are the everyday of calling and are not logged. */
const FAULTS: ReadonlySet<ErrorCode> = new Set(['internal', 'media-failed', 'peer-failed', 'incompatible']);

/** Tells the owner of the page, in the console, what an error means for the installation. */
export function logForOwner(error: XmppCallError, asked: Asked): void {
  const { code, message } = error;
  const hint = HINTS[code] ?? (FAULTS.has(code) ? message : undefined);
  if (hint) console.warn(`<xmpp-call> ${code}: ${typeof hint === 'string' ? hint : hint(asked)}`, error);
}

function quoted(value: string | undefined): string {
  return value === undefined || value === '' ? 'not given' : JSON.stringify(value);
}
