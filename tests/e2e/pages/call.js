/* global URLSearchParams, document, location */
/**
 * How the calls on this page ended, oldest first, for the tests to take out.
 * @type {unknown[]}
 */
const endedCalls = [];
document.addEventListener('xmpp-call-ended', (event) => {
  const { reason, error } = /** @type {import('@xmpp-call/element').XmppCallEndedEvent} */ (event);
  endedCalls.push({ state: 'ended', endReason: reason, error: error?.code });
});
Object.assign(globalThis, { endedCalls });

/** One `<xmpp-call>` with the attributes of the query; `service` and `domain` are the test servers' unless given. */
const query = new URLSearchParams(location.search);
const { service, domain, guestDomain } = document.body.dataset;
const element = document.createElement('xmpp-call');
element.setAttribute('service', service ?? '');
element.setAttribute('domain', (query.get('mode') === 'agent' ? domain : guestDomain) ?? '');
for (const [name, value] of query) {
  if (value === 'none') element.removeAttribute(name);
  else element.setAttribute(name, value);
}
document.body.append(element);
