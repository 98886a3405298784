import type { FeatureLocale } from './feature-strings.js';

const en: FeatureLocale = {
  code: 'en',
  strings: {
    back: 'Back',
    closePane: 'Close',
    loadFailed: 'This did not load. Please try again.',
    fullScreen: 'Full screen',
    pictureInPicture: 'Keep on top',
    hideSelfView: 'Hide my picture',
    unmirrorSelfView: 'Do not mirror my picture',
  },
};

export default en;
