import { chat } from './chat.js';
import { connection } from './connection.js';
import type { CallFeature } from './feature.js';
import { fullScreen } from './full-screen.js';
import { pictureInPicture } from './picture-in-picture.js';
import { dialPad } from './dial-pad.js';
import { safetyCode } from './safety-code.js';
import { devices } from './devices.js';
import { hold } from './hold.js';
import { shareScreen } from './share-screen.js';
import { hideSelfView, unmirrorSelfView } from './self-view.js';
import { transfer, transferRequest } from './transfer.js';

/** In the order of the menu. A feature is a file in this folder, and its entry here. */
export const CALL_FEATURES: readonly CallFeature[] = [
  dialPad,
  transfer,
  transferRequest,
  chat,
  shareScreen,
  hold,
  devices,
  pictureInPicture,
  fullScreen,
  hideSelfView,
  unmirrorSelfView,
  safetyCode,
  connection,
];
