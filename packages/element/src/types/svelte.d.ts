/** `<xmpp-call>` in the templates of Svelte 5: `import type {} from '@xmpp-call/element/types/svelte.js'`. */
import type { HTMLAttributes } from 'svelte/elements';
import type { XmppCallElement } from '../xmpp-call.js';
import type { XmppCallAttributes, XmppCallListeners, XmppCallProperties } from './attributes.js';

declare module 'svelte/elements' {
  interface SvelteHTMLElements {
    'xmpp-call': HTMLAttributes<XmppCallElement> & XmppCallAttributes & XmppCallProperties & XmppCallListeners<'on'>;
  }
}
