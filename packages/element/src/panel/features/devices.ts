import { icon } from '../../icon.js';
import type { CallFeature } from './feature.js';

const ICON = icon(
  'M4 7h9m4 0h3M4 17h3m4 0h9M15 4.8a2.2 2.2 0 1 0 0 4.4 2.2 2.2 0 0 0 0-4.4ZM9 14.8a2.2 2.2 0 1 0 0 4.4 2.2 2.2 0 0 0 0-4.4Z',
);

/** Microphone, camera and loudspeaker of the call. */
export const devices: CallFeature = {
  id: 'devices',
  icon: ICON,
  label: ({ strings }) => strings.devices.title,
  // A client of the integrator's own may not let them be chosen.
  isOffered: ({ model }) => typeof model.session.client?.chooseDevices === 'function',
  load: () => import('./devices-pane.js'),
};
