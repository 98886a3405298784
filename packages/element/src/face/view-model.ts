import type { Strings } from '../locales/strings.js';
import type { CallSession } from './call-session.js';

/** Everything the views are made of, and what a reader can do in them beside what the session does. */
export interface ViewModel {
  readonly session: CallSession;
  readonly strings: Strings;
  /** BCP 47, for numbers and times. */
  readonly language: string;
  readonly agent: boolean;
  /** Name of the other side to be shown. */
  readonly name: string;
  /** Whether the remote stream has a picture that is meant to be seen. */
  readonly remoteVideo: boolean;
  /** Whether one's own camera has a picture. */
  readonly selfView: boolean;
  /** Whether the browser holds the sound back. */
  readonly blocked: boolean;
  /** Whether the ring tone was turned off for this call. */
  readonly silenced: boolean;
  /** Starts the sound that the browser held back; has to be called from a gesture. */
  hear(): Promise<void>;
  minimize(minimized: boolean): void;
  /** Puts an ended call away. */
  close(): void;
  /** Calls the same address again, with the same media. */
  callAgain(): void;
  silence(): void;
  /** @throws XmppCallError, which the session shows and reports itself */
  signIn(jid: string, password: string): Promise<void>;
}

/**
 * What servers call anonymous visitors, nothing to be read by people: UUIDs, long numbers (ejabberd), or 24 characters with
 * a digit or hardly a vowel (Prosody).
 */
const MADE_UP =
  /^(?:[0-9a-f]{8}-?(?:[0-9a-f]{4}-?){3}[0-9a-f]{12}|\d{16,}|(?=.*\d|(?:[^aeiou]*[aeiou]){0,6}[^aeiou]*$)[\w-]{24})$/i;

/** A name for somebody of whom only the bare JID is known. */
export function nameOf(jid: string, strings: Strings): string {
  const at = jid.indexOf('@');
  const name = at > 0 ? jid.slice(0, at) : jid;
  return MADE_UP.test(name) ? strings.visitor : name;
}
