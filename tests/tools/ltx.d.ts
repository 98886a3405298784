/** The part of ltx that the tests use; the package brings no types. */
declare module 'ltx' {
  export class Element {
    readonly name: string;
    readonly attrs: Readonly<Record<string, string | undefined>>;
    is(name: string, xmlns?: string): boolean;
    getName(): string;
    getChild(name: string, xmlns?: string): Element | undefined;
    getChildren(name: string, xmlns?: string): Element[];
    getChildText(name: string, xmlns?: string): string | null;
    readonly children: readonly (Element | string)[];
    text(): string;
    toString(): string;
  }
  export function parse(xml: string): Element;
}
