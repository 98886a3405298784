/** `<xmpp-call>` in the templates of Vue 3: `import type {} from '@xmpp-call/element/types/vue.js'`. */
import type { DefineComponent, HTMLAttributes } from 'vue';
import type { XmppCallAttributes, XmppCallEvents, XmppCallProperties } from './attributes.js';

/** `@xmpp-call-ended` is the property `onXmppCallEnded` for Vue. */
type Camel<Name extends string> = Name extends `${infer First}-${infer Rest}`
  ? `${Capitalize<First>}${Camel<Rest>}`
  : Capitalize<Name>;

type Listeners = {
  [Name in keyof XmppCallEvents as `on${Camel<Name>}`]?: ((event: XmppCallEvents[Name]) => void) | undefined;
};

declare module 'vue' {
  interface GlobalComponents {
    'xmpp-call': DefineComponent<HTMLAttributes & XmppCallAttributes & XmppCallProperties & Listeners>;
  }
}
