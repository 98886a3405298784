import { fallbackLocale, loadLocale } from '../locales/load.js';
import { nearestLanguage } from '../locales/nearest-language.js';
import { withOverride } from '../locales/strings.js';
import type { Locale, Strings, StringsOverride } from '../locales/strings.js';

/** The texts of an element in the language that it is in, with those that its page overrides. */
export class LocaleController {
  strings: Strings = fallbackLocale.strings;
  readonly #host: HTMLElement & { readonly strings?: StringsOverride | undefined };
  readonly #changed: () => void;
  readonly #observer: MutationObserver;
  #locale: Locale = fallbackLocale;
  #wanted = '';

  /** @param changed other texts are there, or other ones may be wanted */
  constructor(host: HTMLElement & { readonly strings?: StringsOverride | undefined }, changed: () => void) {
    this.#host = host;
    this.#changed = changed;
    this.#observer = new MutationObserver(changed);
  }

  /** BCP 47, of the texts that are shown. */
  get language(): string {
    return this.#locale.code;
  }

  connect(): void {
    this.#observer.observe(this.#host.ownerDocument.documentElement, { attributeFilter: ['lang'] });
  }

  disconnect(): void {
    this.#observer.disconnect();
  }

  /** Before each update of the element. */
  update(): void {
    this.strings = withOverride(this.#locale.strings, this.#host.strings);
    const language = nearestLanguage(this.#host);
    if (language !== this.#wanted) void this.#use(language);
  }

  async #use(language: string): Promise<void> {
    this.#wanted = language;
    try {
      const locale = await loadLocale(language);
      if (language !== this.#wanted) return;
      this.#locale = locale;
      this.#changed();
    } catch (error) {
      console.warn(`<xmpp-call> the texts for "${language}" did not load`, error);
    }
  }
}
