import type { Locale } from './strings.js';

const de: Locale = {
  code: 'de',
  strings: {
    callWith: (name) => `Gespräch mit ${name}`,
    states: {
      calling: 'Anruf wird aufgebaut …',
      ringing: 'Es klingelt …',
      incoming: 'Eingehender Anruf',
      connecting: 'Wird verbunden …',
      active: 'Verbunden',
      held: 'Gehalten',
      reconnecting: 'Wird neu verbunden …',
      ended: 'Anruf beendet',
    },
    visitor: 'Besucher',
    allowMicrophone: 'Bitte erlauben Sie das Mikrofon, falls der Browser fragt.',
    allowMicrophoneAndCamera: 'Bitte erlauben Sie Mikrofon und Kamera, falls der Browser fragt.',
    duration: 'Dauer',
    remoteVideo: (name) => `Video von ${name}`,
    selfView: 'Ihr eigenes Video',

    mute: 'Stumm',
    camera: 'Kamera',
    hangUp: 'Auflegen',
    minimize: 'Verkleinern',
    showCall: 'Anruf zeigen',
    hear: 'Tippen, um die Gegenseite zu hören',
    dismiss: 'Ausblenden',
    close: 'Schließen',
    retry: 'Erneut versuchen',
    callAgain: 'Erneut anrufen',
    done: 'Fertig',

    remoteMuted: (name) => `${name} ist stummgeschaltet.`,
    remoteCameraOff: (name) => `${name} hat die Kamera ausgeschaltet.`,
    signalingReconnecting: 'Verbindung zum Server verloren. Der Anruf läuft weiter.',

    ended: 'Anruf beendet',
    remoteHungUp: (name) => `${name} hat aufgelegt.`,
    lasted: (duration) => `Gesprächsdauer: ${duration}.`,
    answeredElsewhere: 'Auf einem anderen Gerät angenommen',

    incomingAudio: 'Eingehender Anruf',
    incomingVideo: 'Eingehender Videoanruf',
    incomingFrom: (name) => `Eingehender Anruf von ${name}`,
    answer: 'Annehmen',
    answerWithVideo: 'Mit Video',
    decline: 'Ablehnen',
    silence: 'Klingeln ausschalten',
    answering: 'Wird angenommen …',

    signInTitle: 'Anmelden, um Anrufe anzunehmen',
    signInHelp: 'Solange Sie angemeldet sind, klingelt es hier.',
    address: 'XMPP-Adresse',
    addressHint: 'name@example.org',
    password: 'Passwort',
    signIn: 'Anmelden',
    signingIn: 'Anmeldung läuft …',
    signOut: 'Abmelden',
    addressMissing: 'Geben Sie Ihre Adresse ein, zum Beispiel name@example.org.',
    passwordMissing: 'Geben Sie Ihr Passwort ein.',

    ready: 'Bereit für Anrufe',
    readyHelp: 'Lassen Sie diese Seite offen. Sie klingelt, wenn jemand anruft.',
    offline: 'Nicht verbunden',
    connecting: 'Wird verbunden …',
    reconnecting: 'Wird neu verbunden …',
    missedCall: (name, time) => `Verpasster Anruf von ${name}, ${time}`,
    answeredElsewhereCall: (name, time) => `Anruf von ${name} auf einem anderen Gerät angenommen, ${time}`,

    errors: {
      'invalid-address': {
        title: 'Diese Adresse kann nicht angerufen werden',
        advice: 'Sie ist nicht richtig geschrieben. Bitte geben Sie dem Betreiber dieser Seite Bescheid.',
      },
      'invalid-state': {
        title: 'Das ist gerade nicht möglich',
        advice: 'Schließen Sie dies und beginnen Sie noch einmal.',
      },
      'version-mismatch': {
        title: 'Diese Seite ist veraltet',
        advice: 'Es gibt eine neue Version. Laden Sie die Seite neu und rufen Sie dann noch einmal an.',
      },
      'signaling-unreachable': {
        title: 'Der Anrufserver ist nicht erreichbar',
        advice:
          'Prüfen Sie Ihre Internetverbindung und versuchen Sie es erneut. Auch eine Firewall oder ein Werbeblocker kann im Weg sein.',
      },
      'signaling-lost': {
        title: 'Die Verbindung zum Server ging verloren',
        advice: 'Prüfen Sie Ihre Internetverbindung und versuchen Sie es erneut.',
      },
      'auth-failed': {
        title: 'Die Anmeldung wurde abgelehnt',
        advice: 'Prüfen Sie Adresse und Passwort.',
      },
      'callee-unknown': {
        title: 'Diese Adresse gibt es nicht',
        advice: 'Der Server kennt die angerufene Adresse nicht. Bitte geben Sie dem Betreiber dieser Seite Bescheid.',
      },
      'callee-unavailable': {
        title: 'Im Moment ist niemand erreichbar',
        advice: 'Bitte versuchen Sie es später noch einmal.',
      },
      declined: {
        title: 'Der Anruf wurde abgelehnt',
        advice: 'Sie können es später noch einmal versuchen.',
      },
      busy: {
        title: 'Es ist besetzt',
        advice: 'Die Gegenseite telefoniert gerade. Bitte versuchen Sie es in einigen Minuten noch einmal.',
      },
      'no-answer': {
        title: 'Keine Antwort',
        advice: 'Niemand hat rechtzeitig abgenommen. Sie können es noch einmal versuchen.',
      },
      'connectivity-failed': {
        title: 'Der Anruf konnte nicht verbunden werden',
        advice:
          'Das Netz einer Seite blockiert Anrufe. Versuchen Sie es erneut oder in einem anderen Netz: ohne VPN oder über mobile Daten.',
      },
      'turn-missing': {
        title: 'Der Anruf konnte nicht verbunden werden',
        advice:
          'Ihr Netz braucht eine Vermittlungsstelle, die diese Seite nicht anbietet. Versuchen Sie ein anderes Netz, etwa mobile Daten.',
      },
      'security-failed': {
        title: 'Der Anruf war nicht sicher',
        advice: 'Die Gegenseite verschlüsselt nicht wie verlangt. Deshalb wurde der Anruf nicht verbunden.',
      },
      incompatible: {
        title: 'Die beiden Programme verstehen sich nicht',
        advice:
          'Sie haben kein gemeinsames Ton- oder Videoformat. Die Gegenseite braucht ein anderes Programm oder eine neuere Version.',
      },
      'peer-failed': {
        title: 'Der Anruf ist bei der Gegenseite gescheitert',
        advice: 'Das andere Programm meldet einen Fehler. Sie können es noch einmal versuchen.',
      },
      'permission-denied': {
        title: 'Mikrofon oder Kamera ist gesperrt',
        advice:
          'Erlauben Sie den Zugriff in der Adresszeile oder den Einstellungen des Browsers und versuchen Sie es erneut.',
      },
      'device-not-found': {
        title: 'Kein Mikrofon oder keine Kamera gefunden',
        advice: 'Schließen Sie ein Gerät an und versuchen Sie es erneut.',
      },
      'device-in-use': {
        title: 'Mikrofon oder Kamera wird schon benutzt',
        advice:
          'Schließen Sie andere Programme, die darauf zugreifen, etwa ein anderes Gespräch, und versuchen Sie es erneut.',
      },
      'insecure-context': {
        title: 'Anrufe brauchen eine sichere Seite',
        advice: 'Öffnen Sie diese Seite unter einer Adresse, die mit https:// beginnt.',
      },
      'browser-unsupported': {
        title: 'Dieser Browser kann nicht anrufen',
        advice: 'Bitte benutzen Sie eine aktuelle Version von Firefox, Chrome, Edge oder Safari.',
      },
      'media-failed': {
        title: 'Ton oder Bild ist ausgefallen',
        advice:
          'Der Browser konnte den Anruf nicht verarbeiten. Versuchen Sie es erneut; hilft das nicht, starten Sie den Browser neu.',
      },
      'worker-failed': {
        title: 'Der Anruf konnte nicht gestartet werden',
        advice: 'Ein Teil dieser Seite wurde nicht geladen. Laden Sie die Seite neu und versuchen Sie es erneut.',
      },
      internal: {
        title: 'Etwas ist schiefgegangen',
        advice: 'Das ist ein Fehler dieser Anruffunktion. Laden Sie die Seite neu und rufen Sie noch einmal an.',
      },
    },
    anonymousRefused: {
      title: 'Der Anrufserver hat Sie nicht angenommen',
      advice: 'Er lässt im Moment keine Besucher zu. Bitte geben Sie dem Betreiber dieser Seite Bescheid.',
    },
  },
};

export default de;
