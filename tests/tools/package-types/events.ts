/** What the element's types promise to a page's script. */
import type { Call, EndReason, XmppCallError } from '@xmpp-call/client';
import type {} from '@xmpp-call/element/define.js';
import type { XmppCallElement, XmppCallEndedEvent, XmppCallState } from '@xmpp-call/element';

const element: XmppCallElement | null = document.querySelector('xmpp-call');
export const created: XmppCallElement = document.createElement('xmpp-call');

const onEnded = ({ call, reason, error, duration }: XmppCallEndedEvent) => {
  const parts: [Call, EndReason | undefined, XmppCallError | undefined, number] = [call, reason, error, duration];
  console.log(parts);
};
document.addEventListener('xmpp-call-ended', onEnded);
window.addEventListener('xmpp-call-ended', onEnded);
document.body.addEventListener('xmpp-call-ended', onEnded);
created.addEventListener('xmpp-call-ended', onEnded);
document.addEventListener('xmpp-call-request', (event) => {
  const to: string = event.to;
  if (to === '' || event.video) event.preventDefault();
});
document.addEventListener('xmpp-call-state-change', ({ state, previous, call }) => {
  const parts: [XmppCallState, XmppCallState, Call | undefined] = [state, previous, call];
  console.log(parts);
});
document.addEventListener('xmpp-call-incoming', ({ call }) => void call.accept());
document.addEventListener('xmpp-call-error', ({ error }) => console.log(error.code));

if (element) {
  element.to = 'support@example.org';
  // @ts-expect-error -- no codec of this name
  element.mediaCore = 'opus';
}
// @ts-expect-error -- an event of the element has no `detail`
document.addEventListener('xmpp-call-ended', ({ detail }) => console.log(detail));
