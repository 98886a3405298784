import { DTMF_LIMITS, buildDtmf } from '@xmpp-call/jingle/after-answer.js';
import type { SendJingle } from '../jingle-sending.js';

/**
 * Sends tones by session-info, in order (XEP-0181). A pause is not sent: the receiver plays what comes, and waiting for it
 * here would let a call that ends lose the rest unnoticed.
 */
export function sendTones(send: SendJingle, tones: string): void {
  for (const code of tones.replaceAll(',', '')) {
    send('session-info', { extra: buildDtmf({ kind: 'tone', code, durationMs: DTMF_LIMITS.defaultDurationMs }) });
  }
}
