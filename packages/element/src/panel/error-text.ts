import type { XmppCallError } from '@xmpp-call/client';
import type { ErrorText, Strings } from '../locales/strings.js';

/**
 * An error in words, which name the device where it is about one.
 * @param goesOn whether the call goes on without it
 */
export function errorText({ code, device }: XmppCallError, strings: Strings, { goesOn = false } = {}): ErrorText {
  const texts: Partial<Record<string, ErrorText>> = device ? strings.deviceErrors[device] : {};
  const { title, advice } = texts[code] ?? strings.errors[code];
  return goesOn && device ? { title, advice: `${strings.callGoesOn[device]} ${advice}` } : { title, advice };
}
