/** `<xmpp-call>` in the JSX of Preact: `import type {} from '@xmpp-call/element/types/preact.js'`. */
import type { HTMLAttributes } from 'preact';
import type { XmppCallElement } from '../xmpp-call.js';
import type { XmppCallAttributes, XmppCallListeners, XmppCallProperties } from './attributes.js';

declare module 'preact' {
  namespace JSX {
    interface IntrinsicElements {
      'xmpp-call': HTMLAttributes<XmppCallElement> & XmppCallAttributes & XmppCallProperties & XmppCallListeners<'on'>;
    }
  }
}
