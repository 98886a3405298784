import type { CallState, ErrorCode } from '@xmpp-call/client';

/** What happened, and what the reader can do about it. */
export interface ErrorText {
  readonly title: string;
  readonly advice: string;
}

/** Every text of the widget but those of the launcher. Functions take names and durations that are ready to be shown. */
export interface Strings {
  /** Accessible name of the panel. */
  readonly callWith: (name: string) => string;
  readonly states: Readonly<Record<CallState, string>>;
  /** In place of a made-up name. */
  readonly visitor: string;
  readonly allowMicrophone: string;
  readonly allowMicrophoneAndCamera: string;
  /** Accessible name of the time since the call was answered. */
  readonly duration: string;
  /** Accessible names of the two pictures. */
  readonly remoteVideo: (name: string) => string;
  readonly selfView: string;

  readonly mute: string;
  readonly camera: string;
  readonly hangUp: string;
  readonly minimize: string;
  readonly showCall: string;
  readonly hear: string;
  readonly dismiss: string;
  readonly close: string;
  readonly retry: string;
  readonly callAgain: string;
  readonly done: string;

  readonly remoteMuted: (name: string) => string;
  readonly remoteCameraOff: (name: string) => string;
  readonly signalingReconnecting: string;

  readonly remoteHungUp: (name: string) => string;
  readonly lasted: (duration: string) => string;
  readonly answeredElsewhere: string;

  readonly incomingVideo: string;
  readonly incomingFrom: (name: string) => string;
  readonly answer: string;
  readonly answerWithVideo: string;
  readonly decline: string;
  readonly silence: string;
  readonly answering: string;

  readonly signInTitle: string;
  readonly signInHelp: string;
  readonly address: string;
  readonly addressHint: string;
  readonly password: string;
  readonly signIn: string;
  readonly signingIn: string;
  readonly signOut: string;
  readonly addressMissing: string;
  readonly passwordMissing: string;

  readonly ready: string;
  readonly readyHelp: string;
  readonly offline: string;
  readonly missedCall: (name: string, time: string) => string;
  readonly answeredElsewhereCall: (name: string, time: string) => string;

  readonly errors: Readonly<Record<ErrorCode, ErrorText>>;
  /** `auth-failed` for a visitor, who entered nothing that could be wrong. */
  readonly anonymousRefused: ErrorText;
}

/** A language of the widget. */
export interface Locale {
  /** BCP 47 tag, also for the formats of numbers and times. */
  readonly code: string;
  readonly strings: Strings;
}

/** An integrator's own words; what is missing comes from the locale. */
export type StringsOverride = Partial<Omit<Strings, 'states' | 'errors'>> & {
  readonly states?: Partial<Strings['states']>;
  readonly errors?: Partial<Strings['errors']>;
};

/** The strings of a locale with an integrator's own words put over them. */
export function withOverride(strings: Strings, override: StringsOverride | undefined): Strings {
  if (override === undefined) return strings;
  return {
    ...strings,
    ...override,
    states: { ...strings.states, ...override.states },
    errors: { ...strings.errors, ...override.errors },
  };
}
