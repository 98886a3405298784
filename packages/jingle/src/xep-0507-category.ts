import { NS } from './namespaces.js';
import type { Element } from './xml.js';
import { elementType, list, oneOf, required } from './xml-table.js';

/** RFC 4796 §5, `a=content`. */
export type ContentCategory = 'slides' | 'speaker' | 'sl' | 'main' | 'alt';

const CATEGORIES: readonly ContentCategory[] = ['slides', 'speaker', 'sl', 'main', 'alt'];
const categoryType = elementType('category', NS.category, required(oneOf(CATEGORIES), 'name'));
const categories = list(categoryType, CATEGORIES.length);

/** XEP-0507: the categories of a `<description/>`, each once. Unknown names are passed over, as RFC 4796 §5 asks. */
export function parseCategories(description: Element): readonly ContentCategory[] {
  return [...new Set(categories.read(description, '') ?? [])];
}

/** What goes into a `<description/>`: Movim sends `slides` for a shared screen. */
export function buildCategories(given: readonly ContentCategory[]): readonly Element[] {
  return given.map((one) => categoryType.build(one));
}

/** The value of `a=content`; undefined where no category is given. */
export function toContentAttribute(given: readonly ContentCategory[]): string | undefined {
  return given.length > 0 ? given.join(',') : undefined;
}

/** The categories of the value of an `a=content`. */
export function fromContentAttribute(value: string): readonly ContentCategory[] {
  const words = value
    .slice(0, 256)
    .split(',')
    .map((one) => one.trim());
  return [...new Set(words.flatMap((one) => oneOf(CATEGORIES)(one) ?? []))];
}
