import { NS } from './namespaces.js';
import { fault, ok, type Result } from './result.js';
import { childrenOf, el, isNamed, LIMITS, textOf, type Element } from './xml.js';

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

/** The `<query/>` of a disco#info result. */
export function parseDiscoInfo(query: Element): Result<DiscoInfo> {
  if (!isNamed(query, 'query', NS.discoInfo)) return fault('bad-request', 'not a disco#info query');
  const identities = childrenOf(query, 'identity', NS.discoInfo);
  const features = childrenOf(query, 'feature', NS.discoInfo);
  if (identities.length > LIMITS.identities || features.length > LIMITS.features)
    return fault('bad-request', 'disco#info too long');
  const forms = childrenOf(query, 'x', NS.dataForms).slice(0, LIMITS.groups);
  const node = raw(query, 'node');
  return ok({
    ...(node !== '' && { node }),
    identities: identities.map((one) => ({
      category: raw(one, 'category'),
      type: raw(one, 'type'),
      lang: raw(one, 'xml:lang'),
      name: raw(one, 'name'),
    })),
    features: features.map((feature) => raw(feature, 'var')).filter((feature) => feature !== ''),
    forms: forms.map(parseForm),
  });
}

/** As written, since caps hashes cover every character. */
function raw(element: Element, name: string): string {
  const value: unknown = element.attrs[name];
  return typeof value === 'string' ? value.slice(0, LIMITS.attribute) : '';
}

function parseForm(form: Element): DiscoForm {
  const fields: FormField[] = [];
  let formType: string | undefined;
  for (const element of childrenOf(form, 'field', NS.dataForms).slice(0, LIMITS.parameters)) {
    const values = childrenOf(element, 'value', NS.dataForms)
      .slice(0, LIMITS.features)
      .map((value) => textOf(value).slice(0, LIMITS.attribute));
    const field = { name: raw(element, 'var'), type: raw(element, 'type'), values };
    fields.push(field);
    if (field.name === 'FORM_TYPE' && field.type === 'hidden') formType ??= values[0];
  }
  return { ...(formType !== undefined && { formType }), fields };
}

export function buildDiscoInfo(info: DiscoInfo): Element {
  const identities = info.identities.map(({ category, type, lang, name }) =>
    el('identity', {
      category,
      type,
      'xml:lang': lang === '' ? undefined : lang,
      name: name === '' ? undefined : name,
    }),
  );
  const features = info.features.map((feature) => el('feature', { var: feature }));
  return el('query', { xmlns: NS.discoInfo, node: info.node }, [
    ...identities,
    ...features,
    ...info.forms.map(buildForm),
  ]);
}

function buildForm(form: DiscoForm): Element {
  const fields = form.fields.map(({ name, type, values }) =>
    el(
      'field',
      { var: name, type: type === '' ? undefined : type },
      values.map((value) => el('value', undefined, [value])),
    ),
  );
  return el('x', { xmlns: NS.dataForms, type: 'result' }, fields);
}

/** The question, to a full JID; `node` is that of XEP-0115 where its answer is to be cached. */
export function buildDiscoRequest(node?: string): Element {
  return el('query', { xmlns: NS.discoInfo, node });
}
