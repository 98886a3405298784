import { XmppCallError } from '../errors.js';
import { parseTones } from './tones.js';

/** Tones that wait to be sent at most: 256 take a minute. */
const MAX_QUEUE = 256;
/** ms between two tones, more than what old gateways need to tell them apart (ITU-T Q.24: 40 ms). */
const GAP_MS = 70;
const TONE_MS = 100;

/** @throws XmppCallError. No message has a digit in it: they are PINs. */
export async function sendTones(
  text: string,
  sender: Pick<RTCDTMFSender, 'insertDTMF' | 'toneBuffer'> | undefined,
  byXmpp: ((tones: string) => Promise<void>) | undefined,
): Promise<void> {
  const wanted = parseTones(text);
  if (wanted === undefined) throw new XmppCallError('invalid-address', { message: 'no tones, or more than 64' });
  if (!sender) {
    if (!byXmpp) throw new XmppCallError('invalid-state', { message: 'the peer takes no tones' });
    await byXmpp(wanted);
    return;
  }
  if (sender.toneBuffer.length + wanted.length > MAX_QUEUE)
    throw new XmppCallError('invalid-state', { message: 'too many tones wait to be sent' });
  // insertDTMF replaces what has not been sent yet.
  sender.insertDTMF(sender.toneBuffer + wanted, TONE_MS, GAP_MS);
}
