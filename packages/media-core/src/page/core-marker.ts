import { TOKEN_BYTES } from '../core/frames/frame-trailer.js';

/** Format parameter of Opus with which two cores recognise each other. Others ignore it (RFC 7587 §6.1). */
const PARAMETER = 'xmpp-call-core';
const VERSION = '1';
const PATTERN = new RegExp(`^${PARAMETER}=${VERSION}\\.([0-9a-f]{${(2 * TOKEN_BYTES).toFixed(0)}})$`);

/**
 * Header extension by which receivers rotate frames (3GPP TS 26.114 §7.4.5). Our frames are upright, and without this extension
 * the browser's are too.
 */
const ORIENTATION = /^a=extmap:\d+(?:\/\w+)? urn:3gpp:video-orientation\r?\n/gm;

/**
 * Adds our token to a description with Opus for the peer: `a=fmtp:111 …;xmpp-call-core=1.<16 hex digits>`. Removes the header
 * extension for the orientation of video.
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

/** Removes the parameter from the peer's description. @returns the token if the parameter has the supported version */
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
 * Adds a request for packets of 10 ms (RFC 8866 §6.4) to a peer's description without another one. Shorter packets have a
 * lower delay, because a packet is sent after its last sample.
 */
export function withShortPackets(sdp: string): string {
  return sdp.replace(/^m=audio .*(?:\r?\n(?!m=).*)*/gm, (section) =>
    /^a=ptime:/m.test(section) ? section : section.replace(/^a=rtpmap:\d+ opus\/48000.*$/im, '$&\r\na=ptime:10'),
  );
}

/**
 * Puts audio and video of a peer's description into different streams (RFC 8830). For one stream the browser delays video
 * until its own jitter buffer has played the audio, but the audible audio is ours and plays earlier.
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
