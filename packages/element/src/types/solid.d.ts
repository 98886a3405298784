/** `<xmpp-call>` in the JSX of Solid: `import type {} from '@xmpp-call/element/types/solid.js'`. */
import type { XmppCallElement } from '../xmpp-call.js';
import type { XmppCallAttributes, XmppCallListeners, XmppCallProperties } from './attributes.js';

declare module 'solid-js' {
  namespace JSX {
    interface IntrinsicElements {
      'xmpp-call': HTMLAttributes<XmppCallElement> &
        XmppCallAttributes &
        XmppCallProperties<'prop:'> &
        XmppCallListeners<'on:'>;
    }
  }
}
