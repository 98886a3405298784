/* global URLSearchParams, document, location */
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
