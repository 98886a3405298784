/**
 * `<xmpp-call>` in the JSX of React 18.2.6 and later: `import type {} from '@xmpp-call/element/types/react.js'`. React 18 knows
 * no listeners for such events: there, add them to a `ref`.
 */
import type { DetailedHTMLProps, HTMLAttributes } from 'react';
import type { XmppCallElement } from '../xmpp-call.js';
import type { XmppCallAttributes, XmppCallListeners, XmppCallProperties } from './attributes.js';

declare module 'react' {
  namespace JSX {
    interface IntrinsicElements {
      'xmpp-call': DetailedHTMLProps<HTMLAttributes<XmppCallElement>, XmppCallElement> &
        XmppCallAttributes &
        XmppCallProperties &
        XmppCallListeners<'on'> & { class?: string | undefined };
    }
  }
}
