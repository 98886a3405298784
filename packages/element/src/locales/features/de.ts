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
    qualityLevels: { good: 'Gute Qualität', weak: 'Schwache Qualität', bad: 'Schlechte Qualität' },
    qualityCauses: {
      'own-network': 'Ihr Netz ist langsam oder verliert Daten. Gehen Sie näher an das WLAN oder nehmen Sie ein Kabel.',
      'peer-network':
        'Das Netz der anderen Seite ist langsam oder verliert Daten. Bitten Sie sie, näher an ihr WLAN zu gehen.',
      device: 'Dieses Gerät ist ausgelastet. Schließen Sie andere Programme und Tabs.',
      unknown: 'Die Ursache ist nicht bekannt. Vielleicht geht es vorüber.',
    },
    cameraOffHelps: 'Es hilft, Ihre Kamera auszuschalten.',
    connection: {
      title: 'Verbindung',
      none: 'Noch keine Werte.',
      path: 'Weg',
      direct: 'Direkt',
      directBy: (transport) => `Direkt, mit ${transport}`,
      relay: 'Über einen Vermittler',
      relayBy: (transport) => `Über einen Vermittler, mit ${transport}`,
      unknown: 'Unbekannt',
      roundTrip: 'Laufzeit hin und zurück',
      quality: 'Qualität',
      codecs: 'Codecs',
      ownCodecs: 'Die dieser Anwendung',
      browserCodecs: 'Die des Browsers',
      streams: {
        audioSend: 'Ton gesendet',
        audioReceive: 'Ton empfangen',
        videoSend: 'Video gesendet',
        videoReceive: 'Video empfangen',
      },
      lost: (percentage) => `${percentage} verloren`,
      saveReport: 'Bericht speichern',
      shortenAddresses: 'Netzwerkadressen kürzen',
      saveHelp: 'Eine Datei für den technischen Support. Sie enthält keine Namen, Nachrichten oder Passwörter.',
    },
    safetyCode: {
      title: 'Sicherheitscode',
      help: (name) => `Lesen Sie ${name} diesen Code vor. Sehen beide dasselbe, hört niemand mit.`,
      waiting: 'Warten auf die andere Seite …',
      asWords: 'Wörter',
      asEmoji: 'Bilder',
      match: 'Sie stimmen überein',
      differ: 'Sie stimmen nicht überein',
      matched: 'Sie haben die Codes verglichen: Dieses Gespräch ist vertraulich.',
      differed:
        'Die Codes sind verschieden: Vielleicht hört jemand mit. Sagen Sie nichts Vertrauliches und legen Sie auf.',
      failed: 'Die Prüfung schlug fehl: Vielleicht hört jemand mit. Sagen Sie nichts Vertrauliches und legen Sie auf.',
      unanswered: 'Die andere Seite hat nicht geantwortet. Es gibt jetzt keinen Code.',
      retry: 'Erneut versuchen',
    },
  },
};

export default de;
