import { icon } from '../../icon.js';
import type { CallFeature } from './feature.js';

const ICON = icon(
  'M5.5 5h13A1.5 1.5 0 0 1 20 6.5v8a1.5 1.5 0 0 1-1.5 1.5H11l-4.5 4v-4h-1A1.5 1.5 0 0 1 4 14.5v-8A1.5 1.5 0 0 1 5.5 5Z',
);

/** Texts beside the call. Every XMPP client takes them. */
export const chat: CallFeature = {
  id: 'chat',
  icon: ICON,
  label: ({ strings }) => strings.chat.title,
  isOffered: ({ call, model }) => model.takesTexts && call.activeSince !== undefined,
  load: () => import('./chat-pane.js'),
};
