import type { QualityCause, QualityLevel } from '@xmpp-call/client/quality.js';

/** The texts of what a call offers beside its buttons; they load with it. */
export interface FeatureStrings {
  /** Leaves a pane for the menu. */
  readonly back: string;
  /** Accessible name of a pane's close button. */
  readonly closePane: string;
  readonly loadFailed: string;
  readonly shareScreen: string;
  readonly hold: string;
  readonly fullScreen: string;
  readonly pictureInPicture: string;
  readonly hideSelfView: string;
  /** Shows one's own picture as the other side sees it. */
  readonly unmirrorSelfView: string;
  readonly dialPad: DialPadStrings;
  readonly transfer: TransferStrings;

  readonly qualityLevels: Readonly<Record<QualityLevel, string>>;
  /** What is the matter, and what to do. */
  readonly qualityCauses: Readonly<Record<QualityCause, string>>;
  /** After them while the camera is on. */
  readonly cameraOffHelps: string;

  readonly connection: ConnectionStrings;
  readonly safetyCode: SafetyCodeStrings;
  readonly chat: ChatStrings;
  readonly devices: DeviceStrings;
}

/** The pane with microphone, camera and loudspeaker. */
export interface DeviceStrings {
  readonly title: string;
  readonly kinds: Readonly<Record<'microphone' | 'camera' | 'speaker', string>>;
  /** That of the browser. */
  readonly automatic: string;
  /** A device without a name. */
  readonly nameless: string;
  readonly failed: (kind: string) => string;
}

/** The pane with the texts of a call. */
export interface ChatStrings {
  readonly title: string;
  /** Before the first text. */
  readonly empty: (name: string) => string;
  readonly field: string;
  readonly send: string;
  readonly notSent: string;
  readonly typing: (name: string) => string;
  /** The writer has changed it. */
  readonly edited: string;
  readonly you: string;
  readonly states: Readonly<Record<'sent' | 'delivered' | 'read' | 'failed', string>>;
}

/** The pane with the facts of the connection. */
export interface ConnectionStrings {
  readonly title: string;
  /** Before the first figures. */
  readonly none: string;
  readonly path: string;
  readonly direct: string;
  directBy(transport: string): string;
  readonly relay: string;
  /** `transport`: UDP, TCP or TLS. */
  readonly relayBy: (transport: string) => string;
  readonly unknown: string;
  readonly roundTrip: string;
  readonly quality: string;
  readonly codecs: string;
  readonly ownCodecs: string;
  readonly browserCodecs: string;
  readonly streams: Readonly<Record<'audioSend' | 'audioReceive' | 'videoSend' | 'videoReceive', string>>;
  readonly lost: (percentage: string) => string;
  readonly saveReport: string;
  readonly shortenAddresses: string;
  readonly saveHelp: string;
}

/** The pane with the code that two people compare. */
export interface SafetyCodeStrings {
  readonly title: string;
  readonly help: (name: string) => string;
  readonly waiting: string;
  readonly asWords: string;
  readonly asEmoji: string;
  readonly match: string;
  readonly differ: string;
  readonly matched: string;
  readonly differed: string;
  readonly failed: string;
  readonly unanswered: string;
  readonly retry: string;
}

export interface DialPadStrings {
  readonly title: string;
  /** Label of the field that shows what was sent, and takes what is typed or pasted. */
  readonly sent: string;
  readonly failed: string;
}

export interface TransferStrings {
  readonly title: string;
  readonly address: string;
  readonly now: string;
  /** Connects the other side with that of another call. */
  readonly connect: (name: string) => string;
  readonly waiting: (name: string) => string;
  readonly declined: (name: string) => string;
  readonly badAddress: (address: string) => string;
  readonly failed: string;
  readonly goesOn: string;
  /** Title where the other side asks. */
  readonly requested: string;
  readonly asks: (name: string) => string;
  readonly take: string;
  readonly stay: string;
}

/** A language of them. */
export interface FeatureLocale {
  readonly code: string;
  readonly strings: FeatureStrings;
}
