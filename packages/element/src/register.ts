import { XmppCallElement } from './xmpp-call.js';

/** Whether the class itself has a name: it can have one only, further names get subclasses. */
let named = false;

/**
 * Registers the element, under another name if wanted. Does nothing on a server, and nothing but a warning when another
 * class has the name already: two copies of this package may meet on one page.
 */
export function defineXmppCall(tag = 'xmpp-call'): void {
  if (typeof customElements === 'undefined') return;
  const registered = customElements.get(tag);
  if (registered === undefined) {
    customElements.define(tag, named ? subclass() : XmppCallElement);
    named = true;
  } else if (!isOurs(registered)) {
    const version = 'version' in registered ? String(registered.version) : 'unknown';
    console.warn(
      `<${tag}> is registered already, by version ${version}; version ${XmppCallElement.version} is not used.`,
    );
  }
}

function subclass(): typeof XmppCallElement {
  return class extends XmppCallElement {};
}

function isOurs(registered: CustomElementConstructor): boolean {
  return registered === XmppCallElement || registered.prototype instanceof XmppCallElement;
}
