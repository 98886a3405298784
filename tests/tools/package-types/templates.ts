/** The element in the types of the frameworks, as each of them looks it up. */
import type {} from '@xmpp-call/element/types/preact.js';
import type {} from '@xmpp-call/element/types/solid.js';
import type {} from '@xmpp-call/element/types/svelte.js';
import type {} from '@xmpp-call/element/types/vue.js';
import type { XmppCallElement } from '@xmpp-call/element';
import type { JSX as Preact } from 'preact';
import type { JSX as Solid } from 'solid-js';
import type { SvelteHTMLElements } from 'svelte/elements';
import type { GlobalComponents } from 'vue';

const attributes = { domain: 'guest.example.org', to: 'support@example.org', video: true, 'ring-timeout': 30 };

export const preact: Preact.IntrinsicElements['xmpp-call'] = {
  ...attributes,
  'onxmpp-call-ended': ({ call }) => console.log(call.endReason),
  ref: (element: XmppCallElement | null) => element?.hangUp(),
};
export const solid: Solid.IntrinsicElements['xmpp-call'] = {
  ...attributes,
  'prop:iceServers': [{ urls: 'stun:stun.example.org' }],
  'on:xmpp-call-ended': ({ call }) => console.log(call.endReason),
};
export const svelte: SvelteHTMLElements['xmpp-call'] = {
  ...attributes,
  'onxmpp-call-request': (event) => event.preventDefault(),
};
export const vue: InstanceType<GlobalComponents['xmpp-call']>['$props'] = {
  ...attributes,
  iceServers: [{ urls: 'stun:stun.example.org' }],
  onXmppCallRequest: (event) => event.preventDefault(),
  onXmppCallStateChange: ({ state }) => console.log(state),
  onXmppCallIncoming: ({ call }) => void call.accept(),
  onXmppCallEnded: ({ reason }) => console.log(reason),
  onXmppCallError: ({ error }) => console.log(error.code),
};

// @ts-expect-error -- there is no attribute for a password
export const refused: Preact.IntrinsicElements['xmpp-call'] = { password: '' };
// @ts-expect-error -- not one of the two modes
export const refusedMode: SvelteHTMLElements['xmpp-call'] = { mode: 'caller' };
