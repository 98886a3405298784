import type { RtcpFeedback } from './model.js';
import { NS } from './namespaces.js';
import { attribute, el, isLine, isWord, uintAttribute, type Element } from './xml.js';

/** XEP-0293. Undefined for feedback that SDP could not express. */
export function parseFeedback(element: Element): RtcpFeedback | undefined {
  const type = attribute(element, 'type', 64);
  const subtype = attribute(element, 'subtype', 64);
  if (type === undefined || !isWord(type)) return undefined;
  if (subtype === undefined) return { type };
  return isLine(subtype) ? { type, subtype } : undefined;
}

/** XEP-0293, ms. */
export function parseTrrInt(element: Element): number | undefined {
  return uintAttribute(element, 'value', 0xffffffff);
}

export function buildFeedback(feedback: readonly RtcpFeedback[], trrInt: number | undefined): Element[] {
  const built = feedback.map((one) => el('rtcp-fb', { xmlns: NS.rtcpFb, type: one.type, subtype: one.subtype }));
  if (trrInt !== undefined) built.push(el('rtcp-fb-trr-int', { xmlns: NS.rtcpFb, value: trrInt }));
  return built;
}
