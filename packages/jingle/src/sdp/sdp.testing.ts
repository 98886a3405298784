import type { Content, ContentGroup, Jingle, JingleAction } from '../model.js';
import { buildJingle, parseJingle } from '../xep-0166-jingle.js';
import { transmitted, valueOf } from '../xml.testing.js';

/** As the peer reads it: built, written, parsed. */
export function received(
  action: JingleAction,
  contents: readonly Content[],
  groups: readonly ContentGroup[] = [],
): Jingle {
  return valueOf(parseJingle(transmitted(buildJingle({ action, sid: 's', contents, groups }))));
}

const HEAD = 'v=0\no=- 1 1 IN IP4 0.0.0.0\ns=-\nt=0 0\n';
const FINGERPRINT = `a=fingerprint:sha-256 ${'AB:'.repeat(31)}AB`;

/** A session description of these sections, each the lines of its `m=`. */
export function sdpOf(sections: readonly string[], session = ''): string {
  return `${HEAD}${session}${sections.map((section) => `${section.trim()}\n`).join('')}`.replace(/\n */g, '\r\n');
}

/** An audio section with opus and PCMU, complete but for `lines`. */
export function audio(mid: string, lines = '', ufrag = 'AAAA'): string {
  return `m=audio 9 UDP/TLS/RTP/SAVPF 111 0
    a=mid:${mid}
    a=rtpmap:111 opus/48000/2
    ${credentials(ufrag)}
    ${lines}`;
}

/** A video section with VP8, complete but for `lines`. */
export function video(mid: string, lines = '', ufrag = 'AAAA'): string {
  return `m=video 9 UDP/TLS/RTP/SAVPF 96
    a=mid:${mid}
    a=rtpmap:96 VP8/90000
    ${credentials(ufrag)}
    ${lines}`;
}

function credentials(ufrag: string): string {
  return `a=ice-ufrag:${ufrag}\na=ice-pwd:password-of-${ufrag}-long-enough\n${FINGERPRINT}\na=rtcp-mux`;
}

/** A Jingle content of a peer such as Dino: no group, one payload type. */
export function dinoContent(name: string, media: 'audio' | 'video', changes = ''): string {
  const codec =
    media === 'audio'
      ? '<payload-type id="111" name="opus" clockrate="48000" channels="2"><parameter name="useinbandfec" value="1"/></payload-type>'
      : '<payload-type id="96" name="VP8" clockrate="90000"/>';
  const letters = name.replace(/\W/g, '');
  return `<content name="${name}" creator="initiator" ${changes}>
    <description xmlns="urn:xmpp:jingle:apps:rtp:1" media="${media}">${codec}<rtcp-mux/></description>
    <transport xmlns="urn:xmpp:jingle:transports:ice-udp:1" ufrag="ufrag${letters}" pwd="password-of-${letters}-long-enough">
      <fingerprint xmlns="urn:xmpp:jingle:apps:dtls:0" hash="sha-256" setup="active">${'CD:'.repeat(31)}CD</fingerprint>
    </transport>
  </content>`;
}

/** The lines of one section of a description, by mid. */
export function sectionOf(sdp: string, mid: string): string[] {
  const sections = sdp.split(/^(?=m=)/m).slice(1);
  const found = sections.map((section) => section.split('\r\n')).find((lines) => lines.includes(`a=mid:${mid}`));
  if (!found) throw new Error(`no section ${mid}`);
  return found;
}
