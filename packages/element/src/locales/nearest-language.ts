/** The language an element is in: the nearest `lang` attribute, across shadow roots; the browser's where there is none. */
export function nearestLanguage(element: Element): string {
  let from: Element | undefined = element;
  while (from !== undefined) {
    const language = from.closest('[lang]')?.getAttribute('lang');
    if (language) return language;
    const root: Node = from.getRootNode();
    // Not `instanceof`: the element may have moved to another document, which has classes of its own.
    from = 'host' in root ? (root as ShadowRoot).host : undefined;
  }
  return navigator.language || 'en';
}
