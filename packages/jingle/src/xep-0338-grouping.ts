import type { ContentGroup } from './model.js';
import { NS } from './namespaces.js';
import { LIMITS } from './xml.js';
import { elementType, list, record, required, some, upTo, word } from './xml-table.js';

const memberType = elementType('content', NS.grouping, required(upTo(256), 'name'));
const groupType = elementType(
  'group',
  NS.grouping,
  record<ContentGroup>({ semantics: required(word(32)), contents: some(memberType, LIMITS.contents) }),
  ({ semantics, contents }) => ({ semantics, contents: [...new Set(contents)] }),
);

/** XEP-0338: the order of the contents matters, the first is the BUNDLE tag. Empty groups are none. */
export const groups = list(groupType, LIMITS.groups);
