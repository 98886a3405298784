// eslint-disable-next-line @typescript-eslint/triple-slash-reference -- an ambient module has nothing to import
/// <reference path="./sdp-transform.d.ts" />
import { parse } from 'sdp-transform/lib/parser.js';

/** What may stand for the whole session or in one section. */
export interface Level {
  readonly iceUfrag?: string;
  readonly icePwd?: string;
  readonly iceOptions?: string;
  readonly fingerprint?: { readonly type: string; readonly hash: string };
  readonly setup?: string;
  readonly direction?: string;
  readonly extmapAllowMixed?: string;
  readonly ext?: readonly { readonly value: string; readonly uri: string; readonly direction?: string }[];
  readonly icelite?: string;
}

export interface ParsedMedia extends Level {
  readonly type: string;
  readonly port: string;
  readonly protocol: string;
  readonly payloads?: string;
  readonly mid?: string;
  readonly bundleOnly?: string;
  readonly rtp: readonly {
    readonly payload: string;
    readonly codec: string;
    readonly rate?: string;
    readonly encoding?: string;
  }[];
  readonly fmtp: readonly { readonly payload: string; readonly config: string }[];
  readonly rtcpFb?: readonly { readonly payload: string; readonly type: string; readonly subtype?: string }[];
  readonly rtcpFbTrrInt?: readonly { readonly payload: string; readonly value: string }[];
  readonly rtcpMux?: string;
  readonly rtcpRsize?: string;
  readonly ptime?: string;
  readonly maxptime?: string;
  readonly bandwidth?: readonly { readonly type: string; readonly limit: string }[];
  readonly crypto?: readonly unknown[];
  readonly msid?: readonly { readonly id: string; readonly appdata?: string }[];
  readonly ssrcs?: readonly { readonly id: string; readonly attribute?: string; readonly value?: string }[];
  readonly ssrcGroups?: readonly { readonly semantics: string; readonly ssrcs: string }[];
  /** Lines that the grammar does not match. */
  readonly invalid?: readonly { readonly value: string }[];
}

export interface ParsedSession extends Level {
  readonly media: readonly ParsedMedia[];
  readonly groups?: readonly { readonly type: string; readonly mids: string }[];
}

/** Parses a session description into texts as written. Lines that make no sense are left out. */
export function parseLines(sdp: string): ParsedSession {
  const session = parse(sdp);
  restoreTexts(session as Record<string, unknown>);
  return session as ParsedSession;
}

/** sdp-transform makes a number of whatever prints like one, a mid or a password as much as a port. */
function restoreTexts(node: Record<string, unknown>): void {
  for (const key in node) {
    const value = node[key];
    if (typeof value === 'object') restoreTexts(value as Record<string, unknown>);
    else if (typeof value === 'number') node[key] = String(value);
  }
}
