/** What texts between two people need, apart from what a call needs: `@xmpp-call/jingle/chat.js`. */
export * from './message-body.js';
export * from './xep-0085-chat-states.js';
export * from './xep-0301-rtt.js';
export * from './xep-0308-correction.js';
export * from './xep-0333-markers.js';
export * from './xep-0334-hints.js';
export * from './xep-0359-ids.js';
