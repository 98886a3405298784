import type { RtcpFeedback } from './model.js';
import { NS } from './namespaces.js';
import { parameterType } from './parameter.js';
import { LIMITS } from './xml.js';
import { any, elementType, line, optional, record, required, uint, word } from './xml-table.js';

/** XEP-0293. */
export const feedbackType = elementType(
  'rtcp-fb',
  NS.rtcpFb,
  record<RtcpFeedback>({
    type: required(word(64)),
    subtype: optional(line(64)),
    parameters: any(parameterType(NS.rtcpFb), LIMITS.parameters),
  }),
);

/** XEP-0293, ms. */
export const trrIntType = elementType('rtcp-fb-trr-int', NS.rtcpFb, required(uint(0xffffffff), 'value'));
