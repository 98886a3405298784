/** What only a call that was answered needs, and seldom: in no bundle of those that do not load it. */
export * from './dtmf.js';
export * from './xep-0181-dtmf.js';
export * from './xep-0251-transfer.js';
