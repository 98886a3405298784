import type { Call } from '@xmpp-call/client';
import { icon } from '../../icon.js';
import type { CallFeature } from './feature.js';

const ICON = icon('M12 3.5 5 6v5.5c0 4.3 2.9 7.6 7 9 4.1-1.4 7-4.7 7-9V6Zm-3 8.6 2.2 2.2 4-4.3');

/** A code that two people compare, against somebody in between. Only peers that take part have one. */
export const safetyCode: CallFeature = {
  id: 'safety-code',
  icon: ICON,
  label: ({ strings }) => strings.safetyCode.title,
  isOffered: ({ call }) => offers(call),
  load: () => import('./safety-code-pane.js'),
};

/** A client of the integrator's own may not have codes. */
function offers({ safetyCode: status }: Partial<Pick<Call, 'safetyCode'>>): boolean {
  return status !== undefined && status.phase !== 'unavailable';
}
