import type { LauncherStrings } from './launcher-strings.js';
import type { Locale } from './strings.js';

/** A language that is offered: a file of texts beside this one, and its entry here. */
export interface Language {
  /** The launcher's words, which are there before the file is loaded. */
  readonly launcher: LauncherStrings;
  /** Undefined for English, which comes with the panel. */
  readonly load?: () => Promise<{ default: Locale }>;
}

const ENGLISH: Language = {
  launcher: {
    call: 'Call us',
    videoCall: 'Video call',
    loadFailed: 'Calling is not possible: a part of this page did not load. Please reload it.',
  },
};

/** By the primary subtag (BCP 47). */
export const LANGUAGES: ReadonlyMap<string, Language> = new Map([
  ['en', ENGLISH],
  [
    'de',
    {
      launcher: {
        call: 'Jetzt anrufen',
        videoCall: 'Videoanruf',
        loadFailed: 'Anrufen ist nicht möglich: Ein Teil dieser Seite wurde nicht geladen. Bitte laden Sie sie neu.',
      },
      load: () => import('./de.js'),
    },
  ],
]);

/** The language for a tag (BCP 47); English where it is not offered. */
export function languageFor(tag: string): Language {
  return LANGUAGES.get(primarySubtag(tag)) ?? ENGLISH;
}

/** `de` of `de-AT`. */
export function primarySubtag(tag: string): string {
  return tag.split('-', 1)[0]?.toLowerCase() ?? '';
}
