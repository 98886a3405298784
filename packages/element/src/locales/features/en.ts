import type { FeatureLocale } from './feature-strings.js';

const en: FeatureLocale = {
  code: 'en',
  strings: {
    back: 'Back',
    closePane: 'Close',
    loadFailed: 'This did not load. Please try again.',
    fullScreen: 'Full screen',
  },
};

export default en;
