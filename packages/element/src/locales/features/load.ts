import { importAgain } from '../../import-again.js';
import { primarySubtag } from '../index.js';
import en from './en.js';
import type { FeatureLocale } from './feature-strings.js';

/** A language is a file of texts beside this one, and its entry here. */
const LANGUAGES: ReadonlyMap<string, () => Promise<{ default: FeatureLocale }>> = new Map([
  ['de', () => import('./de.js')],
]);

/** Shown until another language is loaded, and when there is none. */
export const fallbackFeatureLocale: FeatureLocale = en;

/** The texts for a language (BCP 47); English where it is not offered. Rejects when its file cannot be loaded. */
export async function loadFeatureLocale(language: string): Promise<FeatureLocale> {
  const load = LANGUAGES.get(primarySubtag(language));
  return load === undefined ? en : (await importAgain(load)).default;
}
