import { TOKEN_BYTES } from '../core/frames/frame-trailer.js';

/** Format parameter of Opus by which two of our widgets recognise each other; others ignore it (RFC 7587 §6.1). */
const PARAMETER = 'xmpp-call-core';
const VERSION = '1';
const PATTERN = new RegExp(`^${PARAMETER}=${VERSION}\\.([0-9a-f]{${(2 * TOKEN_BYTES).toFixed(0)}})$`);

/**
 * By this header extension (3GPP TS 26.114 §7.4.5) receivers turn pictures. Ours are upright, and the browser's are too where
 * it is not agreed on.
 */
const ORIENTATION = /^a=extmap:\d+(?:\/\w+)? urn:3gpp:video-orientation\r?\n/gm;

/**
 * Adds our token to a description for the peer: `a=fmtp:111 …;xmpp-call-core=1.<16 hex digits>`, if there is Opus in it. The
 * orientation of video is not offered.
 */
export function markDescription(description: string, token: Uint8Array): string {
  const sdp = description.replace(ORIENTATION, '');
  const rtpmap = /^a=rtpmap:(\d+) opus\/48000.*$/im.exec(sdp);
  if (!rtpmap) return sdp;
  const [line, payloadType = ''] = rtpmap;
  const parameter = `${PARAMETER}=${VERSION}.${toHex(token)}`;
  const fmtp = new RegExp(`^a=fmtp:${payloadType} .+$`, 'm');
  if (fmtp.test(sdp)) return sdp.replace(fmtp, (found) => `${found};${parameter}`);
  return sdp.replace(line, () => `${line}\r\na=fmtp:${payloadType} ${parameter}`);
}

/** The peer's description without the parameter, for the browser, and its token if it has one that is understood. */
export function unmarkDescription(sdp: string): { readonly sdp: string; readonly token: Uint8Array | undefined } {
  let token: Uint8Array | undefined;
  const clean = sdp
    .replace(ORIENTATION, '')
    .replace(/^(a=fmtp:\d+) (.*)\r?\n/gm, (line, name: string, format: string) => {
      const parameters = format.split(';').map((parameter) => parameter.trim());
      const others = parameters.filter((parameter) => !parameter.startsWith(`${PARAMETER}=`));
      if (others.length === parameters.length) return line;
      token ??= parameters.map(tokenOf).find((found) => found !== undefined);
      return others.length > 0 ? `${name} ${others.join(';')}\r\n` : '';
    });
  return { sdp: clean, token };
}

/**
 * A peer's description that asks for packets of 10 ms (RFC 8866 §6.4) if it did not ask for others: each packet waits for its
 * last sample.
 */
export function withShortPackets(sdp: string): string {
  return sdp.replace(/^m=audio .*(?:\r?\n(?!m=).*)*/gm, (section) =>
    /^a=ptime:/m.test(section) ? section : section.replace(/^a=rtpmap:\d+ opus\/48000.*$/im, '$&\r\na=ptime:10'),
  );
}

/**
 * A peer's description whose sound is of a stream of its own (RFC 8830): the browser delays pictures until the sound of their
 * stream has left its jitter buffer, though it is ours that is heard, and sooner.
 */
export function withoutLipSync(sdp: string): string {
  return sdp.replace(/^m=audio .*(?:\r?\n(?!m=).*)*/gm, (section) => section.replace(/^a=msid:(?!-)\S+/m, '$&-sound'));
}

export function randomToken(): Uint8Array {
  return crypto.getRandomValues(new Uint8Array(TOKEN_BYTES));
}

export function sameToken(a: Uint8Array | undefined, b: Uint8Array | undefined): boolean {
  if (!a || !b) return a === b;
  return toHex(a) === toHex(b);
}

function tokenOf(parameter: string): Uint8Array | undefined {
  const [, digits] = PATTERN.exec(parameter) ?? [];
  return digits === undefined ? undefined : fromHex(digits);
}

function toHex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

function fromHex(digits: string): Uint8Array {
  return Uint8Array.from(digits.match(/../g) ?? [], (pair) => parseInt(pair, 16));
}
