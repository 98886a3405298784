/** The texts of what a call offers beside its buttons; they load with it. */
export interface FeatureStrings {
  /** Leaves a pane for the menu. */
  readonly back: string;
  /** Accessible name of a pane's close button. */
  readonly closePane: string;
  readonly loadFailed: string;
  readonly fullScreen: string;
  readonly pictureInPicture: string;
  readonly hideSelfView: string;
  /** Shows one's own picture as the other side sees it. */
  readonly unmirrorSelfView: string;
}

/** A language of them. */
export interface FeatureLocale {
  readonly code: string;
  readonly strings: FeatureStrings;
}
