import type { Source, SourceGroup } from './model.js';
import { NS } from './namespaces.js';
import { parameterType } from './parameter.js';
import { LIMITS } from './xml.js';
import { elementType, list, record, required, some, uint, word } from './xml-table.js';

const ssrc = required(uint(0xffffffff), 'ssrc');
const memberType = elementType('source', NS.ssma, ssrc);

/** XEP-0339, `a=ssrc`. */
export const sourceType = elementType(
  'source',
  NS.ssma,
  record<Source>({ ssrc, parameters: list(parameterType(NS.ssma), LIMITS.parameters) }),
  (source) => ({ ...source, parameters: source.parameters.filter((one) => one.name !== '') }),
);

/** XEP-0339, `a=ssrc-group`. A group of none makes no sense. */
export const sourceGroupType = elementType(
  'ssrc-group',
  NS.ssma,
  record<SourceGroup>({ semantics: required(word(32)), ssrcs: some(memberType, LIMITS.sources) }),
);
