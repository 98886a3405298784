import { readMachine } from './machine.js';

/** A call as its user sees it. */
export type CallState = 'calling' | 'ringing' | 'incoming' | 'connecting' | 'active' | 'reconnecting' | 'ended';

/** A call starts as one or the other. */
export type CallDirection = 'outgoing' | 'incoming';

export type CallEvent =
  /** A device of the callee rings. */
  | 'alert'
  /** A device agreed to talk: the callee's proceeded, or ours did. */
  | 'agree'
  | 'media connected'
  | 'media disconnected'
  | 'media failed'
  /** Our address is another one now: the peer cannot be reached in this call any more. */
  | 'signaling lost'
  | 'end';

export type CallEffect =
  /** The state is news to the user. */
  | 'report'
  /** Give media a limited time to connect, or to come back. */
  | 'watch-connecting'
  | 'watch-reconnecting'
  | 'stop-watching'
  /** The path is gone: find a new one by an ICE restart, for a limited time. */
  | 'restart-ice'
  /** There never was a path. */
  | 'give-up'
  /** Nothing can be agreed any more, and there is no media yet. */
  | 'drop'
  /** Media flows without signaling; nothing is sent but the end. */
  | 'go-on-alone';

export const callMachine = readMachine<CallState, CallEvent, CallEffect>(
  'call',
  'calling',
  'ended',
  `
calling | alert | ringing | report
ringing, connecting, active, reconnecting | alert | =
calling, ringing, incoming | agree | connecting | report, watch-connecting
connecting, active, reconnecting | agree | =
connecting, reconnecting | media connected | active | stop-watching, report
connecting | media disconnected | =
connecting | media failed | = | give-up
active | media connected | = | stop-watching
active | media disconnected | reconnecting | report, watch-reconnecting
active | media failed | reconnecting | report, restart-ice
reconnecting | media disconnected | = | watch-reconnecting
reconnecting | media failed | = | restart-ice
calling, ringing, incoming, connecting | signaling lost | = | drop
active, reconnecting | signaling lost | = | go-on-alone
calling, ringing, incoming, connecting, active, reconnecting | end | ended | report
ended | end | =`,
);
