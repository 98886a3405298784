import type { ToneRegion } from './tone-plans.js';

const BY_COUNTRY: Readonly<Record<string, ToneRegion>> = {
  ...regions('uk', 'GB IE IM JE GG AU NZ HK SG MY'),
  ...regions('us', 'US CA PR BS BB JM TT DO GU VI'),
  JP: 'jp',
};
/** Time zones that tell a country where a language does not: `en` is spoken in all of these. */
const BY_ZONE: readonly (readonly [pattern: RegExp, region: ToneRegion])[] = [
  [/^Asia\/Tokyo$/, 'jp'],
  [/^(?:Europe\/(?:London|Belfast|Dublin|Jersey|Guernsey|Isle_of_Man)|Australia\/.*|Pacific\/Auckland)$/, 'uk'],
  [/^Asia\/(?:Hong_Kong|Singapore|Kuala_Lumpur)$/, 'uk'],
  [
    /^(?:US\/.*|Canada\/.*|Pacific\/Honolulu|America\/(?:New_York|Chicago|Denver|Phoenix|Los_Angeles|Anchorage|Detroit|Boise|Indiana\/.*|Kentucky\/.*|Toronto|Vancouver|Edmonton|Winnipeg|Halifax|St_Johns|Puerto_Rico))$/,
    'us',
  ],
];

export interface Place {
  /** BCP 47, such as `en-GB`; the first that has a region counts. */
  readonly languages: readonly string[];
  /** IANA name; undefined where the browser does not tell. */
  readonly timeZone: string | undefined;
}

/** Where the page is read: the browser's own languages, and the clock of the device. */
function placeOfPage(): Place {
  return { languages: navigator.languages, timeZone: new Intl.DateTimeFormat().resolvedOptions().timeZone };
}

/**
 * Whose tones a person knows. The time zone says it best, since American English is the language of many browsers elsewhere; then a
 * language with a region; then Japanese without one. All others, and what is no region, get the European tones.
 */
export function toneRegion(wanted: ToneRegion | 'auto', place: () => Place = placeOfPage): ToneRegion {
  if (wanted !== 'auto') return ['eu', 'uk', 'us', 'jp'].includes(wanted) ? wanted : 'eu';
  const { languages, timeZone } = place();
  // UTC is what browsers say that hide where they are.
  if (timeZone !== undefined && !/^(?:UTC|GMT|Etc\/.*)$/.test(timeZone)) {
    return BY_ZONE.find(([pattern]) => pattern.test(timeZone))?.[1] ?? 'eu';
  }
  for (const language of languages) {
    const country = /^[a-z]{2,3}(?:-[a-z]{4})?-([a-z]{2})\b/i.exec(language)?.[1];
    if (country !== undefined) return BY_COUNTRY[country.toUpperCase()] ?? 'eu';
  }
  return languages.some((language) => /^ja\b/i.test(language)) ? 'jp' : 'eu';
}

function regions(region: ToneRegion, countries: string): Record<string, ToneRegion> {
  return Object.fromEntries(countries.split(' ').map((country) => [country, region]));
}
