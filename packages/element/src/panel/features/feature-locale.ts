import { fallbackFeatureLocale, loadFeatureLocale } from '../../locales/features/load.js';
import type { FeatureStrings } from '../../locales/features/feature-strings.js';
import { withOverride } from '../../locales/strings.js';

/** The texts of the features, in the language of the panel. */
export class FeatureLocaleController {
  #locale = fallbackFeatureLocale;
  #wanted = fallbackFeatureLocale.code;

  /** @param changed other texts are there */
  constructor(private readonly changed: () => void) {}

  /** @param override an integrator's own words */
  stringsFor(language: string, override: unknown): FeatureStrings {
    if (language !== this.#wanted) void this.#use(language);
    return withOverride(this.#locale.strings, override);
  }

  async #use(language: string): Promise<void> {
    this.#wanted = language;
    try {
      const locale = await loadFeatureLocale(language);
      if (language !== this.#wanted) return;
      this.#locale = locale;
      this.changed();
    } catch (error) {
      console.warn(`<xmpp-call> the texts for "${language}" did not load`, error);
    }
  }
}
