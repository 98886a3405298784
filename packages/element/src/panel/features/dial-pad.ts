import { icon } from '../../icon.js';
import type { CallFeature } from './feature.js';

const ICON = icon('M6 5h.1M12 5h.1M18 5h.1M6 10.5h.1m5.9 0h.1m5.9 0h.1M6 16h.1m5.9 0h.1m5.9 0h.1M12 21h.1', {
  name: 'dots',
});

/** Keys for menus and conference rooms. */
export const dialPad: CallFeature = {
  id: 'dial-pad',
  icon: ICON,
  label: ({ strings }) => strings.dialPad.title,
  isOffered: ({ call }) => call.canSendTones,
  load: () => import('./dial-pad-pane.js'),
};
