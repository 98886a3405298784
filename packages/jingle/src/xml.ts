// eslint-disable-next-line @typescript-eslint/triple-slash-reference -- an ambient module has nothing to import
/// <reference path="./ltx.d.ts" />
import LtxElement from 'ltx/lib/Element.js';

/**
 * Reading and building XML, strict about namespaces: names are compared after prefixes and inherited `xmlns` are
 * resolved, so `<rtcpf:rtcp-fb/>` is found and a `<candidate/>` in a foreign namespace is not.
 */

/** An ltx element, as @xmpp/xml hands it out. */
export interface Element {
  name: string;
  parent: Element | null;
  children: (Element | string)[];
  attrs: Record<string, string>;
  is(name: string, xmlns?: string): boolean;
  getName(): string;
  getNS(): string | undefined;
  getAttr(name: string): string | undefined;
  getChild(name: string, xmlns?: string): Element | undefined;
  getChildren(name: string, xmlns?: string): Element[];
  getChildElements(): Element[];
  getChildText(name: string, xmlns?: string): string | null;
  getText(): string;
  append(...nodes: (Element | string)[]): void;
  toString(): string;
}

/** How much of a peer's element is read; whatever goes beyond is malformed or ignored. */
export const LIMITS = {
  contents: 64,
  payloadTypes: 256,
  parameters: 64,
  feedback: 64,
  headerExtensions: 256,
  sources: 64,
  candidates: 100,
  fingerprints: 8,
  groups: 16,
  services: 64,
  features: 1024,
  /** Characters of an attribute. */
  attribute: 2048,
  /** Characters of a text for people. */
  text: 1024,
} as const;

/** Without what XML 1.0 §2.2 does not allow: control characters but tab and line ends, the last two code points, lone surrogates. */
function legal(text: string): string {
  // Most of what is written is plain ASCII, and found to be so at once.
  return /^[ -~]*$/.test(text) ? text : text.replace(/(?![\t\n\r])\p{Cc}|[\ufffe\uffff\p{Cs}]/gu, '');
}

/** Builds an element. Attributes and children that are `undefined` are left out; characters illegal in XML are dropped. */
export function el(
  name: string,
  attrs?: Readonly<Record<string, string | number | undefined>>,
  children: readonly (Element | string | undefined)[] = [],
): Element {
  const element: Element = new LtxElement(name);
  for (const key in attrs) if (attrs[key] !== undefined) setAttribute(element, key, String(attrs[key]));
  for (const node of children) if (node) append(element, node);
  return element;
}

export function setAttribute(element: Element, name: string, value: string): void {
  element.attrs[name] = legal(value);
}

export function append(parent: Element, node: Element | string): void {
  if (typeof node !== 'string') node.parent = parent;
  parent.children.push(typeof node === 'string' ? legal(node) : node);
}

export function isElement(node: unknown): node is Element {
  return typeof node === 'object' && node !== null && 'attrs' in node;
}

/** The name without its prefix. */
export function localName(element: Element): string {
  return element.name.slice(element.name.indexOf(':') + 1);
}

/** The namespace of an element: of its prefix where it has one, else the inherited default. '' where none is declared. */
export function namespaceOf(element: Element): string {
  const colon = element.name.indexOf(':');
  const key = colon < 0 ? 'xmlns' : `xmlns:${element.name.slice(0, colon)}`;
  for (let at: Element | null | undefined = element; at; at = at.parent) {
    const declared: unknown = at.attrs[key];
    if (typeof declared === 'string') return declared;
  }
  return '';
}

export function isNamed(element: Element, name: string, namespace: string): boolean {
  const given = element.name;
  const isLocal = given === name || (given.endsWith(name) && localName(element) === name);
  return isLocal && namespaceOf(element) === namespace;
}

/** The child elements, without text. */
export function elementsOf(parent: Element): Element[] {
  return parent.children.filter(isElement);
}

/** The first child element of this name and namespace. */
export function childOf(parent: Element, name: string, namespace: string): Element | undefined {
  return childrenOf(parent, name, namespace, 1)[0];
}

/** The child elements of this name and namespace, in order: the first `max`. */
export function childrenOf(parent: Element, name: string, namespace: string, max = Infinity): Element[] {
  const found: Element[] = [];
  for (const node of parent.children) {
    if (found.length < max && isElement(node) && isNamed(node, name, namespace)) found.push(node);
  }
  return found;
}

/** The text directly inside an element. */
export function textOf(element: Element): string {
  return element.children.filter((node) => typeof node === 'string').join('');
}

/** An attribute without surrounding blanks; undefined where it is absent, empty or absurdly long. */
export function attribute(element: Element, name: string, maxLength: number = LIMITS.attribute): string | undefined {
  const raw: unknown = element.attrs[name];
  const value = typeof raw === 'string' || typeof raw === 'number' ? String(raw).trim() : '';
  return value !== '' && value.length <= maxLength ? value : undefined;
}

/** True for a non-empty word without blanks or control characters: what may stand in a line of SDP as one field. */
export function isWord(value: string): boolean {
  return /^[^\p{Z}\p{Cc}\p{Cs}]+$/u.test(value);
}

/** True for text that may stand in a line of SDP: no line breaks or other control characters. */
export function isLine(value: string): boolean {
  return !/[\p{Zl}\p{Zp}\p{Cc}\p{Cs}]/u.test(value);
}
