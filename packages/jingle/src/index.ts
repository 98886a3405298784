export { toBase64 } from './base64.js';
export * from './features.js';
export * from './iq-error.js';
export * from './jid.js';
export * from './machines/index.js';
export * from './model.js';
export * from './namespaces.js';
export * from './reason.js';
export * from './result.js';
export * from './sdp/negotiation.js';
export * from './sdp/negotiation-types.js';
export * from './sdp/pending.js';
export {
  append,
  childOf,
  childrenOf,
  el,
  elementsOf,
  isElement,
  isNamed,
  localName,
  namespaceOf,
  attribute,
  textOf,
} from './xml.js';
export type { Element } from './xml.js';
export * from './xep-0030-disco.js';
export * from './xep-0115-caps.js';
export { buildJingle, isRtpContent, isUnsupported, parseJingle } from './xep-0166-jingle.js';
export { preferredFingerprint } from './xep-0320-dtls.js';
export * from './xep-0184-receipts.js';
export * from './xep-0203-delay.js';
export * from './xep-0215-extdisco.js';
export * from './xep-0280-carbons.js';
export * from './xep-0353-jmi.js';
export * from './xep-0390-caps2.js';
export * from './xep-0507-category.js';
export { compareOctets } from './utf8.js';
