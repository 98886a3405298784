/** The few words the launcher needs before anything else is loaded. */
export interface LauncherStrings {
  readonly call: string;
  readonly videoCall: string;
  readonly loadFailed: string;
}

const ENGLISH: LauncherStrings = {
  call: 'Call us',
  videoCall: 'Video call',
  loadFailed: 'Calling is not possible: a part of this page did not load. Please reload it.',
};

const OTHERS: ReadonlyMap<string, LauncherStrings> = new Map([
  [
    'de',
    {
      call: 'Jetzt anrufen',
      videoCall: 'Videoanruf',
      loadFailed: 'Anrufen ist nicht möglich: Ein Teil dieser Seite wurde nicht geladen. Bitte laden Sie sie neu.',
    },
  ],
]);

/** The launcher's words in a language (BCP 47), English where it is not offered. */
export function launcherStrings(language: string): LauncherStrings {
  return OTHERS.get(primarySubtag(language)) ?? ENGLISH;
}

/** `de` of `de-AT`. */
export function primarySubtag(language: string): string {
  return language.split('-', 1)[0]?.toLowerCase() ?? '';
}
