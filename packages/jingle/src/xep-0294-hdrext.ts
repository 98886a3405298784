import type { HeaderExtension } from './model.js';
import { NS } from './namespaces.js';
import { parameterType } from './parameter.js';
import { SENDERS } from './vocabulary.js';
import { LIMITS } from './xml.js';
import { any, elementType, implied, oneOf, or, record, required, uint, word } from './xml-table.js';

/**
 * XEP-0294, ids of the local range: 4096 to 4351 stand for "more than fit" (RFC 8285 §6), which no browser offers.
 */
export const headerExtensionType = elementType(
  'rtp-hdrext',
  NS.rtpHdrext,
  record<HeaderExtension>({
    id: required(uint(255, 1)),
    uri: required(word(256)),
    senders: implied(or(oneOf(SENDERS), 'both'), 'both'),
    parameters: any(parameterType(NS.rtpHdrext), LIMITS.parameters),
  }),
);
