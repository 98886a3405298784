import type { Call } from '@xmpp-call/client';
import type { TemplateResult, nothing } from 'lit';
import type { Strings } from '../locales/strings.js';
import { localName } from './address.js';
import type { CallController } from './call-controller.js';
import type { QualityView } from './quality/quality-view.js';

/** What only those see who answer calls. */
export type AgentViewName = 'sign-in' | 'ready' | 'incoming';
/** What a panel shows; `closed` is none. */
export type View = 'closed' | AgentViewName | 'call' | 'outcome';

/** Everything the views are made of, and what a reader can do in them beside what the session does. */
export interface ViewModel {
  readonly session: CallController;
  readonly strings: Strings;
  /** BCP 47, for numbers and times. */
  readonly language: string;
  readonly agent: boolean;
  /** Name of the other side to be shown; its address where it has none. */
  readonly name: string;
  /** Whether `name` is one. */
  readonly named: boolean;
  /** Whether the remote stream has a picture that is meant to be seen. */
  readonly remoteVideo: boolean;
  /** Whether one's own camera has a picture. */
  readonly selfView: boolean;
  /** Whether the browser holds the sound or the picture back. */
  readonly blocked: boolean;
  /** Whether the call has been placed for a while, and no device of the other side has said a word. */
  readonly unanswered: boolean;
  /** Whether a call that is connected has brought nothing for a while. */
  readonly nothingArrives: boolean;
  /** Whether the other side was seen in this call and has turned its camera off. */
  readonly turnedCameraOff: boolean;
  /** Whether the ring tone was turned off for this call. */
  readonly silenced: boolean;
  /** Whether texts of the other side are shown, and can be sent. */
  readonly takesTexts: boolean;
  /** Whether devices that are chosen are stored in the browser. */
  readonly remembersDevices: boolean;
  /** Texts of the other side that were not shown yet. */
  readonly unread: number;
  /** The call beside the one that is shown. */
  readonly secondCall: TemplateResult | typeof nothing;
  /** The quality of the call: loaded once it is connected. */
  readonly quality: QualityView | undefined;
  /** Whether the menu of the call, or what was chosen in it, is shown. */
  readonly featuresOpen: boolean;
  /** The menu of the call, or the pane that was chosen in it. */
  readonly features: TemplateResult | typeof nothing;
  /** Opens the menu, or closes what is open. */
  toggleFeatures(): void;
  /** Opens the pane of a feature. */
  openFeature(id: string): void;
  /** Starts what the browser held back; has to be called from a gesture. */
  hear(): void;
  /** Answers the incoming call, unless this page is in another one, which is shown then. */
  answer(video: boolean): void;
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

/** A name for somebody of whom only the JID is known. What is no plain name is nobody's: the address stands beside it. */
export function nameOf(jid: string, strings: Strings): string {
  const name = localName(jid);
  return name === undefined || MADE_UP.test(name) ? strings.visitor : name;
}

/** Nothing passes between the two sides: one of them holds the call. */
export function isPaused({ onHold, remote }: Call): boolean {
  return onHold || remote.held;
}
