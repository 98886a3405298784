import { NS } from './namespaces.js';
import { fault, ok, type Result } from './result.js';
import { append, el, isNamed, LIMITS, setAttribute, textOf, type Element } from './xml.js';
import { elementType, list, optional, record, upTo, type Field } from './xml-table.js';

/** XEP-0030 §3.1. */
export interface Identity {
  readonly category: string;
  readonly type: string;
  readonly lang: string;
  readonly name: string;
}

export interface FormField {
  readonly name: string;
  readonly type: string;
  readonly values: readonly string[];
}

/** XEP-0128: an extended service discovery form. */
export interface DiscoForm {
  /** The value of the hidden `FORM_TYPE` field; undefined where there is none, or none that counts. */
  readonly formType?: string;
  readonly fields: readonly FormField[];
}

export interface DiscoInfo {
  readonly node?: string;
  readonly identities: readonly Identity[];
  readonly features: readonly string[];
  readonly forms: readonly DiscoForm[];
}

/** An attribute as written, since caps hashes cover every character; '' is left out. */
function raw(name?: string): Field<string> {
  return {
    read(element, key) {
      const value: unknown = element.attrs[name ?? key];
      return typeof value === 'string' ? value.slice(0, LIMITS.attribute) : '';
    },
    write(value, element, key) {
      if (value !== '') setAttribute(element, name ?? key, value);
    },
  };
}

const identityType = elementType(
  'identity',
  NS.discoInfo,
  record<Identity>({ category: raw(), type: raw(), lang: raw('xml:lang'), name: raw() }),
);
const featureType = elementType('feature', NS.discoInfo, raw('var'), (feature) => feature || undefined);
const valueType = elementType<string>('value', NS.dataForms, {
  read: (element) => textOf(element).slice(0, LIMITS.attribute),
  write: (value, element) => {
    append(element, value);
  },
});
const fieldType = elementType(
  'field',
  NS.dataForms,
  record<FormField>({ name: raw('var'), type: raw(), values: list(valueType, LIMITS.features) }),
);
const formType = elementType(
  'x',
  NS.dataForms,
  record<DiscoForm>({
    formType: {
      read(form) {
        const fields = list(fieldType, LIMITS.parameters).read(form, '') ?? [];
        return fields.find(({ name, type }) => name === 'FORM_TYPE' && type === 'hidden')?.values[0];
      },
      write(_value, form) {
        setAttribute(form, 'type', 'result');
      },
      isOptional: true,
    },
    fields: list(fieldType, LIMITS.parameters),
  }),
);
const queryType = elementType(
  'query',
  NS.discoInfo,
  record<DiscoInfo>({
    node: optional(upTo(LIMITS.attribute)),
    identities: list(identityType, LIMITS.features),
    features: list(featureType, LIMITS.features),
    forms: list(formType, LIMITS.groups),
  }),
);

/** The `<query/>` of a disco#info result. */
export function parseDiscoInfo(query: Element): Result<DiscoInfo> {
  const isGood = isNamed(query, queryType.name, queryType.namespace) && query.children.length <= LIMITS.features;
  const info = isGood ? queryType.parse(query) : undefined;
  return info ? ok(info) : fault('bad-request', 'no disco#info');
}

export function buildDiscoInfo(info: DiscoInfo): Element {
  return queryType.build(info);
}

/** What the caps hashes take of an identity, in their order. */
export function identityParts({ category, type, lang, name }: Identity): readonly string[] {
  return [category, type, lang, name];
}

/** The question, to a full JID; `node` is that of XEP-0115 where its answer is to be cached. */
export function buildDiscoRequest(node?: string): Element {
  return el('query', { xmlns: NS.discoInfo, node });
}
