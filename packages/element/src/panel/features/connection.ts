import { icon } from '../../icon.js';
import type { CallFeature } from './feature.js';

const ICON = icon('M3.5 12.5h4l2.7-7 3.8 13 2.6-6h3.9');

/** What is known of the connection, and a report of it to save. */
export const connection: CallFeature = {
  id: 'connection',
  icon: ICON,
  label: ({ strings }) => strings.connection.title,
  isOffered: ({ call }) => call.activeSince !== undefined,
  load: () => import('./connection-pane.js'),
};
