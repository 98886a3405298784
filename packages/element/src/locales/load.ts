import { importAgain } from '../import-again.js';
import en from './en.js';
import { languageFor, primarySubtag } from './index.js';
import type { Locale } from './strings.js';

/** Shown until another language is loaded, and when there is none. */
export const fallbackLocale: Locale = en;

/** The locale for a language (BCP 47); English where the language is not offered. Rejects when its file cannot be loaded. */
export async function loadLocale(language: string): Promise<Locale> {
  const { load } = languageFor(language);
  const locale = load === undefined ? en : (await importAgain(load)).default;
  const tag = formattingTag(language);
  return tag !== undefined && primarySubtag(tag) === locale.code ? { ...locale, code: tag } : locale;
}

/** Keeps the region (`de-CH`) for number and time formats when the browser understands the tag. */
function formattingTag(language: string): string | undefined {
  try {
    return Intl.getCanonicalLocales(language)[0];
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}
