import { XmppCallError } from '@xmpp-call/client/errors.js';
import { icon } from '../../icon.js';
import type { CallFeature } from './feature.js';

const ICON = icon('M4 5h16v11H4Zm8 15v-4m-4 4h8M12 13V8m-2.2 2L12 7.8l2.2 2.2');

/** Shows a screen, a window or a tab to the other side, in place of the camera. Phones share none. */
export const shareScreen: CallFeature = {
  id: 'share-screen',
  icon: ICON,
  label: ({ strings }) => strings.shareScreen,
  isOffered: ({ call }) => 'shareScreen' in call && call.activeSince !== undefined && canShare(),
  isOn: ({ call }) => call.sharing,
  run: ({ call, model, close }) => {
    close();
    const change = call.sharing ? call.stopSharing() : call.shareScreen();
    change.catch((cause: unknown) => {
      // Who chose nothing has changed their mind.
      if (cause instanceof XmppCallError && cause.code !== 'permission-denied') model.session.showProblem(cause);
    });
  },
};

function canShare(): boolean {
  const { mediaDevices } = navigator as Partial<Navigator>;
  return mediaDevices !== undefined && 'getDisplayMedia' in mediaDevices;
}
