import { defineXmppCall } from './register.js';

export type * from './index.js';

defineXmppCall();
