import type { ErrorCode, XmppCallError } from '@xmpp-call/client';

/** For the console, in English: what the owner of the page or of the server has to change. */
const HINTS: Partial<Record<ErrorCode, string>> = {
  'invalid-address': 'check the attributes "to", "domain" and "service" of <xmpp-call>.',
  'version-mismatch': 'xmpp-call.js and signaling.worker.js are of different versions; deploy both together.',
  'signaling-unreachable':
    'the WebSocket of the XMPP server did not open; check "service" (or XEP-0156 host-meta of "domain") and connect-src in the Content-Security-Policy.',
  'auth-failed': 'the server refused the login; visitors need SASL ANONYMOUS on "domain".',
  'callee-unknown': 'the address in "to" does not exist, or this domain may not reach it.',
  'connectivity-failed':
    'no pair of ICE candidates worked although a TURN server was tried; check that it is reachable on UDP, TCP and TLS, its credentials and its relay ports.',
  'turn-missing':
    'no pair of ICE candidates worked and the XMPP server offers no TURN server (XEP-0215); set one up, visitors behind strict networks cannot be connected without it.',
  'security-failed': 'the peer sent no DTLS-SRTP fingerprint.',
  'insecure-context': 'browsers give the microphone to pages on https: or localhost only.',
  'worker-failed':
    'signaling.worker.js did not start; serve it beside xmpp-call.js or name it in "worker-src", and check worker-src in the Content-Security-Policy.',
  'permission-denied':
    'the visitor, a Permissions-Policy header or a missing allow="microphone; camera" on an iframe denied the device.',
};

/** Faults without a remedy of the owner's; worth a report. Other codes are the everyday of calling and are not logged. */
const FAULTS: ReadonlySet<ErrorCode> = new Set(['internal', 'media-failed', 'peer-failed', 'incompatible']);

/** Tells the owner of the page, in the console, what an error means for the installation. */
export function logForOwner(error: XmppCallError): void {
  const hint = HINTS[error.code];
  if (hint === undefined && !FAULTS.has(error.code)) return;
  console.warn(`<xmpp-call> ${error.code}: ${hint ?? error.message}`, error);
}
