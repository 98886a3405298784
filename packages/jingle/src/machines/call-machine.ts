import { move } from './machine.js';
import type { Machine } from './machine.js';

/** A call as its user sees it. */
export type CallState =
  'calling' | 'ringing' | 'incoming' | 'connecting' | 'active' | 'held' | 'reconnecting' | 'ended';

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
  | 'peer holds'
  | 'peer resumes'
  | 'end';

export type CallEffect =
  /** The state is news to the user. */
  | 'report'
  /** Give media a limited time to connect. */
  | 'watch-connecting'
  | 'stop-watching'
  /** The path is gone: find a new one by an ICE restart, for a limited time. */
  | 'restart-ice'
  /** There never was a path. */
  | 'give-up';

export const callMachine: Machine<CallState, CallEvent, CallEffect> = {
  title: 'Call',
  initial: 'calling',
  final: 'ended',
  events: [
    'alert',
    'agree',
    'media connected',
    'media disconnected',
    'media failed',
    'peer holds',
    'peer resumes',
    'end',
  ],
  describe: (effect) => effect,
  table: {
    calling: {
      alert: move('ringing', 'report'),
      agree: move('connecting', 'report', 'watch-connecting'),
      end: move('ended', 'report'),
    },
    ringing: {
      alert: move('ringing'),
      agree: move('connecting', 'report', 'watch-connecting'),
      end: move('ended', 'report'),
    },
    incoming: {
      agree: move('connecting', 'report', 'watch-connecting'),
      end: move('ended', 'report'),
    },
    connecting: {
      alert: move('connecting'),
      agree: move('connecting'),
      'media connected': move('active', 'stop-watching', 'report'),
      'media disconnected': move('connecting'),
      'media failed': move('connecting', 'give-up'),
      'peer holds': move('connecting'),
      'peer resumes': move('connecting'),
      end: move('ended', 'stop-watching', 'report'),
    },
    active: {
      alert: move('active'),
      agree: move('active'),
      'media connected': move('active'),
      'media disconnected': move('reconnecting', 'report'),
      'media failed': move('reconnecting', 'report', 'restart-ice'),
      'peer holds': move('held', 'report'),
      'peer resumes': move('active'),
      end: move('ended', 'report'),
    },
    held: {
      alert: move('held'),
      agree: move('held'),
      'media connected': move('held'),
      'media disconnected': move('reconnecting', 'report'),
      'media failed': move('reconnecting', 'report', 'restart-ice'),
      'peer holds': move('held'),
      'peer resumes': move('active', 'report'),
      end: move('ended', 'report'),
    },
    reconnecting: {
      alert: move('reconnecting'),
      agree: move('reconnecting'),
      'media connected': move('active', 'stop-watching', 'report'),
      'media disconnected': move('reconnecting'),
      'media failed': move('reconnecting', 'restart-ice'),
      'peer holds': move('reconnecting'),
      'peer resumes': move('reconnecting'),
      end: move('ended', 'stop-watching', 'report'),
    },
    ended: {
      end: move('ended'),
    },
  },
};
