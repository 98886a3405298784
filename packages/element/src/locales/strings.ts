import type { CallState, Device, ErrorCode } from '@xmpp-call/client';
import type { FeatureStrings } from './features/feature-strings.js';
import { warnOnce } from '../warn-once.js';

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
  /** The other side holds the call. */
  readonly held: string;
  readonly newMessages: (count: number) => string;
  readonly heldCall: (name: string) => string;
  readonly answerSecond: string;
  readonly swap: string;
  readonly youShare: string;
  readonly stopSharing: string;
  readonly youHold: string;
  readonly resume: string;
  /** In place of a made-up name. */
  readonly visitor: string;
  readonly allowMicrophone: string;
  readonly allowMicrophoneAndCamera: string;
  /** Accessible name of the time since the call was answered. */
  readonly duration: string;
  /** After a while of calling without any answer of a device. */
  readonly stillCalling: string;
  /** Connected, and no packet of the other side comes. */
  readonly nothingArrives: string;
  /** Accessible names of the two pictures. */
  readonly remoteVideo: (name: string) => string;
  readonly selfView: string;

  readonly mute: string;
  readonly camera: string;
  readonly hangUp: string;
  /** Opens the menu of what a call offers beside its buttons. */
  readonly more: string;
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
  /** In place of `errors` where it is known which device they are about. */
  readonly deviceErrors: Readonly<Record<Device, Partial<Record<ErrorCode, ErrorText>>>>;
  /** Before the advice where a call goes on without a device. */
  readonly callGoesOn: Readonly<Record<Device, string>>;
}

/** A language of the widget. */
export interface Locale {
  /** BCP 47 tag, also for the formats of numbers and times. */
  readonly code: string;
  readonly strings: Strings;
}

/** An integrator's own words; what is missing comes from the locale. */
export type StringsOverride = Partial<Omit<Strings, 'states' | 'errors'>> & {
  /** Texts of the menu of a call, and of what is behind it. */
  readonly features?: Partial<FeatureStrings>;
  readonly states?: Partial<Strings['states']>;
  readonly errors?: Partial<Strings['errors']>;
};

/**
 * The strings of a locale with an integrator's own words put over them. What is of another kind than the locale's, cannot be
 * read or makes no text stays the locale's, and the console is told once.
 */
export function withOverride<T extends object>(strings: T, override: unknown): T {
  return override === undefined || override === null ? strings : merge(strings, override, 'strings');
}

function merge<T extends object>(standard: T, own: unknown, path: string): T {
  if (typeof own !== 'object' || own === null) return refuse(standard, path, 'an object');
  const merged = { ...standard };
  for (const key of Object.keys(standard) as (keyof T & string)[]) {
    merged[key] = chosen(standard[key], own, key, `${path}.${key}`);
  }
  return merged;
}

function chosen<T>(standard: T, from: object, key: string, path: string): T {
  let own: unknown;
  try {
    own = (from as Record<string, unknown>)[key];
  } catch {
    return refuse(standard, path, 'readable');
  }
  if (own === undefined) return standard;
  if (typeof standard === 'object' && standard !== null) return merge(standard, own, path);
  if (typeof own !== typeof standard) return refuse(standard, path, `a ${typeof standard}`);
  return (typeof own === 'function' ? checked(standard as Text, own as Text, path) : own) as T;
}

type Text = (...names: readonly unknown[]) => unknown;

function checked(standard: Text, own: Text, path: string): Text {
  return (...names) => {
    try {
      const text = own(...names);
      if (typeof text === 'string') return text;
    } catch {
      // As good as no text.
    }
    return refuse(standard, path, 'a function that returns a string')(...names);
  };
}

function refuse<T>(standard: T, path: string, wanted: string): T {
  warnOnce(`${path} is not ${wanted}; the widget's own words are used.`);
  return standard;
}
