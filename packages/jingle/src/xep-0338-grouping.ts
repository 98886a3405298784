import type { ContentGroup } from './model.js';
import { NS } from './namespaces.js';
import { attribute, childrenOf, el, isWord, LIMITS, type Element } from './xml.js';

/** XEP-0338: the order of the contents matters, the first is the BUNDLE tag. Empty groups are none. */
export function parseGroups(parent: Element): ContentGroup[] {
  const groups: ContentGroup[] = [];
  for (const element of childrenOf(parent, 'group', NS.grouping).slice(0, LIMITS.groups)) {
    const semantics = attribute(element, 'semantics', 32);
    if (semantics === undefined || !isWord(semantics)) continue;
    const contents: string[] = [];
    for (const content of childrenOf(element, 'content', NS.grouping).slice(0, LIMITS.contents)) {
      const name = attribute(content, 'name', 256);
      if (name !== undefined && !contents.includes(name)) contents.push(name);
    }
    if (contents.length > 0) groups.push({ semantics, contents });
  }
  return groups;
}

export function buildGroup(group: ContentGroup): Element {
  const contents = group.contents.map((name) => el('content', { name }));
  return el('group', { xmlns: NS.grouping, semantics: group.semantics }, contents);
}
