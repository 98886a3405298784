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
      reconnecting: 'Wird neu verbunden …',
      ended: 'Anruf beendet',
    },
    held: 'Gehalten',
    newMessages: (count) => (count === 1 ? 'Neue Nachricht' : `${count} neue Nachrichten`),
    heldCall: (name) => `${name} wird gehalten.`,
    answerSecond: 'Halten und annehmen',
    swap: 'Gespräch wechseln',
    youShare: 'Die andere Seite sieht Ihren Bildschirm.',
    stopSharing: 'Nicht mehr zeigen',
    youHold: 'Sie halten dieses Gespräch: Keiner hört den anderen.',
    resume: 'Fortsetzen',
    visitor: 'Besucher',
    allowMicrophone: 'Bitte erlauben Sie das Mikrofon, falls der Browser fragt.',
    allowMicrophoneAndCamera: 'Bitte erlauben Sie Mikrofon und Kamera, falls der Browser fragt.',
    duration: 'Dauer',
    stillCalling: 'Wir rufen weiter an … noch hat niemand geantwortet.',
    nothingArrives: 'Verbunden. Von der Gegenseite kommt nichts an.',
    remoteVideo: (name) => `Video von ${name}`,
    selfView: 'Ihr eigenes Video',

    mute: 'Stumm',
    camera: 'Kamera',
    hangUp: 'Auflegen',
    more: 'Mehr',
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

    remoteHungUp: (name) => `${name} hat aufgelegt.`,
    lasted: (duration) => `Gesprächsdauer: ${duration}.`,
    answeredElsewhere: 'Auf einem anderen Gerät angenommen',

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
    missedCall: (name, time) => `Verpasster Anruf von ${name}, ${time}`,
    answeredElsewhereCall: (name, time) => `Anruf von ${name} auf einem anderen Gerät angenommen, ${time}`,

    errors: {
      'invalid-address': {
        title: 'Diese Adresse kann nicht angerufen werden',
        advice: 'Sie ist nicht richtig geschrieben. Bitte geben Sie dem Betreiber dieser Seite Bescheid.',
      },
      'invalid-state': {
        title: 'Das ist gerade nicht möglich',
        advice: 'Schließen Sie dies und versuchen Sie es erneut.',
      },
      'version-mismatch': {
        title: 'Diese Seite ist veraltet',
        advice: 'Laden Sie die Seite neu und versuchen Sie es erneut.',
      },
      'signaling-unreachable': {
        title: 'Der Anrufserver ist nicht erreichbar',
        advice: 'Prüfen Sie Ihre Internetverbindung. Auch eine Firewall oder ein Werbeblocker kann im Weg sein.',
      },
      'signaling-lost': {
        title: 'Die Verbindung zum Server ging verloren',
        advice: 'Prüfen Sie Ihre Internetverbindung und versuchen Sie es erneut.',
      },
      'auth-failed': { title: 'Die Anmeldung wurde abgelehnt', advice: 'Prüfen Sie Adresse und Passwort.' },
      'callee-unknown': {
        title: 'Diese Adresse gibt es nicht',
        advice: 'Bitte geben Sie dem Betreiber dieser Seite Bescheid.',
      },
      'callee-unavailable': {
        title: 'Im Moment ist niemand erreichbar',
        advice: 'Bitte versuchen Sie es später erneut.',
      },
      declined: { title: 'Der Anruf wurde abgelehnt', advice: 'Sie können es später erneut versuchen.' },
      busy: {
        title: 'Es ist besetzt',
        advice: 'Die Gegenseite telefoniert gerade. Bitte versuchen Sie es später erneut.',
      },
      'callee-being-called': {
        title: 'Gerade ruft jemand anderes an',
        advice: 'Die Leitung ist gleich wieder frei. Bitte versuchen Sie es noch einmal.',
      },
      'no-answer': { title: 'Keine Antwort', advice: 'Niemand hat abgenommen. Sie können es erneut versuchen.' },
      'connectivity-failed': {
        title: 'Der Anruf konnte nicht verbunden werden',
        advice:
          'Das Netz einer Seite blockiert Anrufe. Versuchen Sie es in einem anderen Netz, etwa über mobile Daten, oder ohne VPN.',
      },
      'turn-missing': {
        title: 'Der Anruf konnte nicht verbunden werden',
        advice: 'Ihr Netz blockiert Anrufe. Versuchen Sie es in einem anderen Netz, etwa über mobile Daten.',
      },
      'connection-lost': {
        title: 'Die Verbindung ist abgerissen',
        advice:
          'Das Netz ist auf einer Seite während des Gesprächs ausgefallen. Prüfen Sie Ihre Internetverbindung und rufen Sie noch einmal an.',
      },
      'security-failed': {
        title: 'Der Anruf war nicht sicher',
        advice: 'Die Gegenseite verschlüsselt nicht wie verlangt.',
      },
      incompatible: {
        title: 'Die beiden Programme verstehen sich nicht',
        advice: 'Die Gegenseite braucht ein anderes Programm oder eine neuere Version.',
      },
      'peer-failed': {
        title: 'Der Anruf ist bei der Gegenseite gescheitert',
        advice: 'Sie können es erneut versuchen.',
      },
      'permission-denied': {
        title: 'Mikrofon oder Kamera ist gesperrt',
        advice:
          'Erlauben Sie den Zugriff in der Adresszeile oder den Einstellungen des Browsers und versuchen Sie es erneut.',
      },
      'forbidden-by-page': {
        title: 'Diese Seite erlaubt Mikrofon oder Kamera nicht',
        advice:
          'Die Seite selbst verbietet es; die Einstellungen des Browsers helfen nicht. Bitte geben Sie dem Betreiber dieser Seite Bescheid.',
      },
      'device-not-found': {
        title: 'Mikrofon oder Kamera nicht gefunden',
        advice: 'Schließen Sie ein Gerät an und versuchen Sie es erneut.',
      },
      'device-in-use': {
        title: 'Mikrofon oder Kamera wird schon benutzt',
        advice: 'Schließen Sie andere Programme, die darauf zugreifen, und versuchen Sie es erneut.',
      },
      'insecure-context': {
        title: 'Anrufe brauchen eine sichere Seite',
        advice: 'Öffnen Sie diese Seite mit https:// in der Adresse.',
      },
      'browser-unsupported': {
        title: 'Dieser Browser kann nicht anrufen',
        advice: 'Bitte benutzen Sie ein aktuelles Firefox, Chrome, Edge oder Safari.',
      },
      'media-failed': {
        title: 'Ton oder Bild ist ausgefallen',
        advice: 'Starten Sie den Browser neu und versuchen Sie es erneut.',
      },
      'worker-failed': {
        title: 'Der Anruf konnte nicht gestartet werden',
        advice: 'Ein Teil dieser Seite wurde nicht geladen. Laden Sie die Seite neu und versuchen Sie es erneut.',
      },
      internal: { title: 'Etwas ist schiefgegangen', advice: 'Laden Sie die Seite neu und versuchen Sie es erneut.' },
    },
    anonymousRefused: {
      title: 'Besucher können gerade nicht anrufen',
      advice: 'Bitte geben Sie dem Betreiber dieser Seite Bescheid.',
    },
    deviceErrors: {
      microphone: {
        'permission-denied': {
          title: 'Das Mikrofon ist gesperrt',
          advice:
            'Erlauben Sie den Zugriff in der Adresszeile oder den Einstellungen des Browsers und versuchen Sie es erneut.',
        },
        'forbidden-by-page': {
          title: 'Diese Seite erlaubt das Mikrofon nicht',
          advice:
            'Die Seite selbst verbietet es; die Einstellungen des Browsers helfen nicht. Bitte geben Sie dem Betreiber dieser Seite Bescheid.',
        },
        'device-not-found': {
          title: 'Kein Mikrofon gefunden',
          advice: 'Schließen Sie eines an und versuchen Sie es erneut.',
        },
        'device-in-use': {
          title: 'Das Mikrofon wird schon benutzt',
          advice: 'Schließen Sie andere Programme, die darauf zugreifen, und versuchen Sie es erneut.',
        },
      },
      camera: {
        'permission-denied': {
          title: 'Die Kamera ist gesperrt',
          advice:
            'Erlauben Sie den Zugriff in der Adresszeile oder den Einstellungen des Browsers und versuchen Sie es erneut.',
        },
        'forbidden-by-page': {
          title: 'Diese Seite erlaubt die Kamera nicht',
          advice:
            'Die Seite selbst verbietet es; die Einstellungen des Browsers helfen nicht. Bitte geben Sie dem Betreiber dieser Seite Bescheid.',
        },
        'device-not-found': {
          title: 'Keine Kamera gefunden',
          advice: 'Schließen Sie eine an und versuchen Sie es erneut.',
        },
        'device-in-use': {
          title: 'Die Kamera wird schon benutzt',
          advice: 'Schließen Sie andere Programme, die darauf zugreifen, und versuchen Sie es erneut.',
        },
      },
    },
    callGoesOn: {
      microphone: 'Der Anruf läuft weiter, aber niemand hört Sie.',
      camera: 'Der Anruf läuft ohne Ihr Bild weiter.',
    },
  },
};

export default de;
