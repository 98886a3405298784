import { parse } from 'sdp-transform';

/**
 * What sdp-transform really gives, in the parts that we read: every field that looks like a number is one, a mid as much
 * as a port, so all are read through `String` or `Number`.
 */
export type Field = string | number;

interface Level {
  readonly iceUfrag?: Field;
  readonly icePwd?: Field;
  readonly iceOptions?: Field;
  readonly fingerprint?: { readonly type: Field; readonly hash: Field };
  readonly setup?: Field;
  readonly direction?: Field;
  readonly extmapAllowMixed?: Field;
  readonly ext?: readonly { readonly value: Field; readonly uri: Field; readonly direction?: Field }[];
  readonly icelite?: Field;
  /** Lines that the grammar does not match. */
  readonly invalid?: readonly { readonly value: Field }[];
}

export interface ParsedMedia extends Level {
  readonly type: Field;
  readonly port: Field;
  readonly protocol: Field;
  readonly payloads?: Field;
  readonly mid?: Field;
  readonly bundleOnly?: Field;
  readonly rtp: readonly {
    readonly payload: Field;
    readonly codec: Field;
    readonly rate?: Field;
    readonly encoding?: Field;
  }[];
  readonly fmtp: readonly { readonly payload: Field; readonly config: Field }[];
  readonly rtcpFb?: readonly { readonly payload: Field; readonly type: Field; readonly subtype?: Field }[];
  readonly rtcpFbTrrInt?: readonly { readonly payload: Field; readonly value: Field }[];
  readonly rtcpMux?: Field;
  readonly rtcpRsize?: Field;
  readonly ptime?: Field;
  readonly maxptime?: Field;
  readonly bandwidth?: readonly { readonly type: Field; readonly limit: Field }[];
  readonly crypto?: readonly unknown[];
  readonly msid?: readonly { readonly id: Field; readonly appdata?: Field }[];
  readonly ssrcs?: readonly { readonly id: Field; readonly attribute?: Field; readonly value?: Field }[];
  readonly ssrcGroups?: readonly { readonly semantics: Field; readonly ssrcs: Field }[];
}

export interface ParsedSession extends Level {
  readonly media: readonly ParsedMedia[];
  readonly groups?: readonly { readonly type: Field; readonly mids: Field }[];
}

/** Parses a session description. Lines that make no sense are left out. */
export function parseLines(sdp: string): ParsedSession {
  return parse(sdp);
}
