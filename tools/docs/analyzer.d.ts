/** The parts of the analyzer that we use and that its own types lack. */
declare module '@custom-elements-manifest/analyzer/src/create.js' {
  export interface Item {
    readonly name: string;
    readonly description?: string;
    readonly type?: { readonly text: string };
    readonly default?: string;
    readonly fieldName?: string;
  }
  export interface Member extends Item {
    readonly kind: string;
    readonly privacy?: string;
    readonly attribute?: string;
    readonly readonly?: boolean;
    readonly parameters?: readonly Item[];
  }
  export interface ElementDeclaration {
    readonly name: string;
    readonly description?: string;
    tagName?: string;
    members: Member[];
    attributes: Item[];
    events: Item[];
    readonly slots: readonly Item[];
    readonly cssParts: readonly Item[];
    readonly cssStates: readonly Item[];
    readonly cssProperties: readonly Item[];
  }
  interface AnalyzedModule {
    path: string;
    declarations: ElementDeclaration[];
    exports: object[];
  }
  export function create(options: {
    readonly modules: readonly object[];
    readonly plugins?: readonly object[];
    readonly context?: { readonly dev: boolean };
  }): { modules: AnalyzedModule[] };
}
declare module '@custom-elements-manifest/analyzer/src/features/framework-plugins/lit/lit.js' {
  export function litPlugin(): object[];
}
declare module '@custom-elements-manifest/analyzer/index.js' {
  import type compiler from 'typescript';
  /** The compiler that the analyzer works with. */
  export const ts: typeof compiler;
}
