import { icon } from '../../icon.js';
import type { CallFeature } from './feature.js';

const ICON = icon('M9 6.5v11m6-11v11');

/** Puts the call on hold, or takes it off hold. Every peer can be held: it is told, and nothing is sent. */
export const hold: CallFeature = {
  id: 'hold',
  icon: ICON,
  label: ({ strings }) => strings.hold,
  // A client of the integrator's own may not know of it.
  isOffered: ({ call }) => 'hold' in call && call.activeSince !== undefined,
  isOn: ({ call }) => call.onHold,
  run: ({ call, close }) => {
    if (call.onHold) call.resume();
    else call.hold();
    close();
  },
};
