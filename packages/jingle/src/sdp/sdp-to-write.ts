import type { DtlsSetup, Role, RtpContent } from '../model.js';

/** An m-line to write: a content of the peer, or a place that is closed. */
export interface SectionToWrite {
  readonly mid: string;
  /** `audio`, `video`, `application`. */
  readonly kind: string;
  readonly protocol: string;
  /** The format list of a closed section: it repeats what was offered (RFC 3264 §6). */
  readonly formats: string;
  /** Undefined for a closed section. */
  readonly content?: RtpContent;
  /** Overrides the setup of the fingerprints. */
  readonly setup?: DtlsSetup;
}

export interface SdpToWrite {
  readonly sections: readonly SectionToWrite[];
  readonly groups: readonly { readonly semantics: string; readonly mids: readonly string[] }[];
  /** The role of the side that the SDP describes. */
  readonly author: Role;
  /** Counts up with every description of one side (RFC 3264 §8). */
  readonly version: number;
}
