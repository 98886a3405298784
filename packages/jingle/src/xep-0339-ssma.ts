import type { Source, SourceGroup } from './model.js';
import { NS } from './namespaces.js';
import { attribute, childrenOf, el, isWord, LIMITS, uintAttribute, type Element } from './xml.js';
import { buildParameter, parseParameters } from './parameter.js';

const MAX_SSRC = 0xffffffff;

/** XEP-0339, `a=ssrc`. */
export function parseSource(element: Element): Source | undefined {
  const ssrc = uintAttribute(element, 'ssrc', MAX_SSRC);
  if (ssrc === undefined) return undefined;
  const parameters = parseParameters(childrenOf(element, 'parameter', NS.ssma)).filter((one) => isWord(one.name));
  return { ssrc, parameters };
}

/** XEP-0339, `a=ssrc-group`. Undefined for a group of none. */
export function parseSourceGroup(element: Element): SourceGroup | undefined {
  const semantics = attribute(element, 'semantics', 32);
  if (semantics === undefined || !isWord(semantics)) return undefined;
  const ssrcs: number[] = [];
  for (const source of childrenOf(element, 'source', NS.ssma).slice(0, LIMITS.sources)) {
    const ssrc = uintAttribute(source, 'ssrc', MAX_SSRC);
    if (ssrc !== undefined) ssrcs.push(ssrc);
  }
  return ssrcs.length > 0 ? { semantics, ssrcs } : undefined;
}

export function buildSource(source: Source): Element {
  return el('source', { xmlns: NS.ssma, ssrc: source.ssrc }, source.parameters.map(buildParameter));
}

export function buildSourceGroup(group: SourceGroup): Element {
  const sources = group.ssrcs.map((ssrc) => el('source', { ssrc }));
  return el('ssrc-group', { xmlns: NS.ssma, semantics: group.semantics }, sources);
}
