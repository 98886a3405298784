import type { CustomStates } from '../custom-states.js';
import type { CallController } from './call-controller.js';

const CALL_STATES = ['calling', 'ringing', 'incoming', 'connecting', 'active', 'reconnecting', 'ended'] as const;

/** Sets the custom states that follow from the call and the account. */
export function reflectStates(states: CustomStates, { call, live, failure, account }: CallController): void {
  for (const state of CALL_STATES) states.set(state, call?.state === state);
  states.set('error', (failure ?? call?.error) !== undefined);
  states.set('held', call?.state === 'active' && call.remote.held);
  states.set('on-hold', call?.state !== 'ended' && call?.onHold === true);
  states.set('muted', live && call?.muted === true);
  states.set('signed-in', account !== undefined);
}
