import { fullScreen } from './full-screen.js';
import type { CallFeature } from './feature.js';

/** In the order of the menu. A feature is a file in this folder, and its entry here. */
export const CALL_FEATURES: readonly CallFeature[] = [fullScreen];
