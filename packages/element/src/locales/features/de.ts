import type { FeatureLocale } from './feature-strings.js';

const de: FeatureLocale = {
  code: 'de',
  strings: {
    back: 'Zurück',
    closePane: 'Schließen',
    loadFailed: 'Das wurde nicht geladen. Bitte versuchen Sie es noch einmal.',
    fullScreen: 'Vollbild',
    pictureInPicture: 'Im Vordergrund halten',
    hideSelfView: 'Mein Bild ausblenden',
    unmirrorSelfView: 'Mein Bild nicht spiegeln',
  },
};

export default de;
