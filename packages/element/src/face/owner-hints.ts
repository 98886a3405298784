import type { ErrorCode, XmppCallError } from '@xmpp-call/client';

/** For the console, in English: what the owner of the page or of the server has to change. */
const HINTS: Partial<Record<ErrorCode, string>> = {
  'invalid-address': 'check "to", "domain" and "service".',
  'version-mismatch': 'deploy all files of one version.',
  'signaling-unreachable':
    'the WebSocket did not open; check "service" (or host-meta of "domain") and connect-src in the Content-Security-Policy.',
  'auth-failed': 'visitors need SASL ANONYMOUS on "domain".',
  'callee-unknown': '"to" does not exist or cannot be reached from "domain".',
  'connectivity-failed': 'no ICE candidates connected; check the TURN server: UDP, TCP, TLS, credentials, relay ports.',
  'turn-missing': 'no ICE candidates connected; the XMPP server has to offer a TURN server (XEP-0215).',
  'security-failed': 'the peer sent no DTLS-SRTP fingerprint.',
  'insecure-context': 'browsers give devices to https: and localhost only.',
  'worker-failed':
    'signaling.worker.js did not start; check "worker-src" and worker-src in the Content-Security-Policy.',
  'permission-denied': 'by the visitor, a Permissions-Policy header or an iframe without allow="microphone; camera".',
};

/** Faults without a remedy of the owner's; worth a report. Other codes are the everyday of calling and are not logged. */
const FAULTS: ReadonlySet<ErrorCode> = new Set(['internal', 'media-failed', 'peer-failed', 'incompatible']);

/** Tells the owner of the page, in the console, what an error means for the installation. */
export function logForOwner(error: XmppCallError): void {
  const { code, message } = error;
  const hint = HINTS[code] ?? (FAULTS.has(code) ? message : undefined);
  if (hint) console.warn(`<xmpp-call> ${code}: ${hint}`, error);
}
