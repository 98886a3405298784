/** The part of ltx that this package uses; ltx ships without types. */
declare module 'ltx/lib/Element.js' {
  interface LtxElement {
    name: string;
    parent: LtxElement | null;
    children: (LtxElement | string)[];
    attrs: Record<string, string>;
    is(name: string, xmlns?: string): boolean;
    getName(): string;
    getNS(): string | undefined;
    getAttr(name: string): string | undefined;
    getChild(name: string, xmlns?: string): LtxElement | undefined;
    getChildren(name: string, xmlns?: string): LtxElement[];
    getChildElements(): LtxElement[];
    getChildText(name: string, xmlns?: string): string | null;
    getText(): string;
    append(...nodes: (LtxElement | string)[]): void;
    toString(): string;
  }
  const LtxElement: new (name: string, attrs?: Record<string, string>) => LtxElement;
  export default LtxElement;
}

declare module 'ltx/lib/parse.js' {
  import type LtxElement from 'ltx/lib/Element.js';
  /** Throws on text that is no XML. */
  const parse: (text: string) => LtxElement;
  export default parse;
}
