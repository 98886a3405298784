import type { ChatPreference, MediaCorePreference } from '@xmpp-call/client';
import type { XmppCallEndedEvent } from '../events/xmpp-call-ended.js';
import type { XmppCallErrorEvent } from '../events/xmpp-call-error.js';
import type { XmppCallIncomingEvent } from '../events/xmpp-call-incoming.js';
import type { XmppCallQualityEvent } from '../events/xmpp-call-quality.js';
import type { XmppCallRequestEvent } from '../events/xmpp-call-request.js';
import type { XmppCallStateChangeEvent } from '../events/xmpp-call-state-change.js';
import type { ToneRegion } from '../panel/tone-plans.js';
import type { XmppCallElement } from '../xmpp-call.js';

/** The attributes of `<xmpp-call>` as templates write them, beside those that every element has. */
export interface XmppCallAttributes {
  service?: string | undefined;
  domain?: string | undefined;
  to?: string | undefined;
  mode?: 'visitor' | 'agent' | undefined;
  video?: boolean | undefined;
  label?: string | undefined;
  'callee-name'?: string | undefined;
  'ring-timeout'?: number | string | undefined;
  'ice-transport-policy'?: RTCIceTransportPolicy | undefined;
  'worker-src'?: string | undefined;
  'media-core'?: MediaCorePreference | undefined;
  'refuse-plain'?: boolean | undefined;
  'multiple-calls'?: boolean | undefined;
  silent?: boolean | undefined;
  transfers?: 'ask' | 'accept' | 'refuse' | undefined;
  chat?: ChatPreference | undefined;
  'remember-devices'?: boolean | undefined;
  'release-microphone'?: boolean | undefined;
  'max-calls'?: 1 | 2 | '1' | '2' | undefined;
  tones?: ToneRegion | 'auto' | undefined;
}

/** Its properties without an attribute that a page sets. */
type SettableProperty = 'iceServers' | 'strings' | 'clientFactory';

/** They as templates write them: the name of the property after a prefix. */
export type XmppCallProperties<Prefix extends string = ''> = {
  [Name in SettableProperty as `${Prefix}${Name}`]?: XmppCallElement[Name];
};

/** The events of `<xmpp-call>` by their names. */
export interface XmppCallEvents {
  'xmpp-call-request': XmppCallRequestEvent;
  'xmpp-call-state-change': XmppCallStateChangeEvent;
  'xmpp-call-incoming': XmppCallIncomingEvent;
  'xmpp-call-ended': XmppCallEndedEvent;
  'xmpp-call-quality': XmppCallQualityEvent;
  'xmpp-call-error': XmppCallErrorEvent;
}

/** Listeners for them, as attributes: the name of the event after a prefix. */
export type XmppCallListeners<Prefix extends string> = {
  [Name in keyof XmppCallEvents as `${Prefix}${Name}`]?: ((event: XmppCallEvents[Name]) => void) | undefined;
};
