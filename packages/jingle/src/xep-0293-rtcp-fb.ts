import type { RtcpFeedback } from './model.js';
import { NS } from './namespaces.js';
import { elementType, line, optional, record, required, uint, word } from './xml-table.js';

/** XEP-0293. */
export const feedbackType = elementType(
  'rtcp-fb',
  NS.rtcpFb,
  record<RtcpFeedback>({ type: required(word(64)), subtype: optional(line(64)) }),
);

/** XEP-0293, ms. */
export const trrIntType = elementType('rtcp-fb-trr-int', NS.rtcpFb, required(uint(0xffffffff), 'value'));
