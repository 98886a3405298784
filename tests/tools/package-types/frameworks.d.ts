/** As much of the frameworks' own types as those of the element extend: none of them is installed here. */
declare module 'react' {
  export interface HTMLAttributes<Target> {
    id?: string;
    lang?: string;
    onClick?: (event: Target) => void;
  }
  export type DetailedHTMLProps<Attributes, Target> = Attributes & { ref?: (element: Target | null) => void };
  export namespace JSX {
    interface Element {
      readonly type: unknown;
    }
    interface IntrinsicElements {
      div: HTMLAttributes<HTMLDivElement>;
    }
  }
}

declare module 'react/jsx-runtime' {
  export { JSX } from 'react';
  export const jsx: unknown;
  export const jsxs: unknown;
}

declare module 'preact' {
  export interface HTMLAttributes<Target> {
    id?: string;
    ref?: (element: Target | null) => void;
  }
}

declare module 'solid-js' {
  export namespace JSX {
    interface HTMLAttributes<Target> {
      id?: string;
      ref?: (element: Target) => void;
    }
  }
}

declare module 'svelte/elements' {
  export interface HTMLAttributes<Target extends EventTarget> {
    id?: string;
    onclick?: (event: Event & { currentTarget: Target }) => void;
  }
}

declare module 'vue' {
  export interface HTMLAttributes {
    id?: string;
  }
  export type DefineComponent<Props> = new () => { $props: Props };
}
