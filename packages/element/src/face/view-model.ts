import type { Strings } from '../locales/strings.js';
import type { CallSession, Notice } from './call-session.js';
import type { BlockedListener } from './stream-directive.js';

/** What a reader can do in the views. */
export interface Actions {
  hangUp(): void;
  toggleMuted(): void;
  toggleCamera(): void;
  dismissProblem(): void;
  /** Starts the sound that the browser held back; has to be called from a gesture. */
  hear(): void;
  minimize(): void;
  restore(): void;
  /** Puts an ended call away. */
  close(): void;
  /** Calls the same address again, with the same media. */
  callAgain(): void;
  answer(video: boolean): void;
  reject(): void;
  silence(): void;
  signIn(jid: string, password: string): void;
  signOut(): void;
  reconnect(): void;
  dismissNotice(notice: Notice): void;
}

/** Everything the views are made of. */
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
  /** Whether the browser holds the sound back. */
  readonly blocked: boolean;
  readonly onVideoBlocked: BlockedListener;
  /** Whether the ring tone was turned off for this call. */
  readonly silenced: boolean;
  /** ms since the epoch. */
  readonly now: number;
  readonly actions: Actions;
}

/** The identifiers that servers give to anonymous visitors: nothing to be read by people. */
const MADE_UP = /^[0-9a-f]{8}-?(?:[0-9a-f]{4}-?){3}[0-9a-f]{12}$/i;

/** A name for somebody of whom only the bare JID is known. */
export function nameOf(jid: string, strings: Strings): string {
  const at = jid.indexOf('@');
  const name = at > 0 ? jid.slice(0, at) : jid;
  return MADE_UP.test(name) ? strings.visitor : name;
}
