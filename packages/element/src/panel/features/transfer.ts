import { icon } from '../../icon.js';
import type { CallFeature } from './feature.js';

const ICON = icon('M4 12h14m-4.5-4.5L18 12l-4.5 4.5M4 6v12');

/** Passes the other side on to somebody else. */
export const transfer: CallFeature = {
  id: 'transfer',
  icon: ICON,
  label: ({ strings }) => strings.transfer.title,
  isOffered: ({ call }) => call.canTransfer,
  load: () => import('./transfer-pane.js'),
};

/** The other side asks to be called somewhere else: opened by that, never from the menu. */
export const transferRequest: CallFeature = {
  id: 'transfer-request',
  icon: ICON,
  label: ({ strings }) => strings.transfer.requested,
  isOffered: () => false,
  load: () => import('./transfer-request-pane.js'),
};
