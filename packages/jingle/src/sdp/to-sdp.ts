import type { HeaderExtension, Parameter, PayloadType, Role, RtcpFeedback, RtpContent, Source } from '../model.js';
import { channelsOf, isAuxiliary } from './codecs.js';
import { candidateLine } from './candidate.js';
import { directionOf, isSending } from './direction.js';
import { sanitizedSession } from './sanitize-session.js';
import type { SdpToWrite, SectionToWrite } from './sdp-to-write.js';

/** The stream to which tracks belong whose peer does not name one: audio and video stay in step. */
const STREAM = 'peer';

/**
 * Writes a session description (RFC 8866, RFC 8829 §5) of what the peer said in Jingle, sanitized. By hand: the writer of
 * sdp-transform goes through its whole grammar for every section and would take most of the time of the conversion.
 */
export function writeSdp(document: SdpToWrite): string {
  const { sections, groups, author, version } = sanitizedSession(document);
  let sdp = `v=0\r\no=- 1 ${version} IN IP4 0.0.0.0\r\ns=-\r\nt=0 0\r\n`;
  for (const { semantics, mids } of groups) sdp += `a=group:${semantics} ${mids.join(' ')}\r\n`;
  if (sections.some((section) => section.content?.transport.iceLite)) sdp += 'a=ice-lite\r\n';
  for (const section of sections)
    sdp += section.content ? writeContent(section, section.content, author) : writeClosed(section);
  return sdp;
}

function writeClosed(section: SectionToWrite): string {
  return `m=${section.kind} 0 ${section.protocol} ${section.formats || '0'}\r\nc=IN IP4 0.0.0.0\r\na=mid:${section.mid}\r\na=inactive\r\n`;
}

function writeContent(section: SectionToWrite, content: RtpContent, author: Role): string {
  const { description, transport } = content;
  let ids = '';
  let codecs = '';
  for (const type of description.payloadTypes) {
    ids += ` ${type.id}`;
    codecs += writePayloadType(type);
  }
  let sdp = `m=${description.media} 9 ${section.protocol}${ids}\r\nc=IN IP4 0.0.0.0\r\n`;
  for (const { type, value } of description.bandwidth) sdp += `b=${type}:${value}\r\n`;
  sdp += 'a=rtcp:9 IN IP4 0.0.0.0\r\n';
  if (transport.ufrag !== undefined) sdp += `a=ice-ufrag:${transport.ufrag}\r\n`;
  if (transport.pwd !== undefined) sdp += `a=ice-pwd:${transport.pwd}\r\n`;
  sdp += 'a=ice-options:trickle\r\n';
  for (const { hash, value } of transport.fingerprints) sdp += `a=fingerprint:${hash} ${value}\r\n`;
  for (const candidate of transport.candidates) sdp += `a=${candidateLine(candidate, transport.ufrag)}\r\n`;
  const setup = section.setup ?? transport.fingerprints[0]?.setup;
  if (setup !== undefined) sdp += `a=setup:${setup}\r\n`;
  sdp += `a=mid:${section.mid}\r\n`;
  if (description.extmapAllowMixed) sdp += 'a=extmap-allow-mixed\r\n';
  for (const extension of description.headerExtensions) sdp += writeExtension(extension, author);
  const direction = directionOf(content.senders, author);
  sdp += `a=${direction}\r\n`;
  const sending = isSending(direction);
  if (sending) sdp += `a=msid:${msidOf(description.sources) ?? `${STREAM} ${description.media}-${section.mid}`}\r\n`;
  sdp += 'a=rtcp-mux\r\n';
  if (description.rtcpRsize) sdp += 'a=rtcp-rsize\r\n';
  sdp +=
    codecs + writeFeedback('*', description.feedback, description.trrInt) + writePacketTimes(description.payloadTypes);
  if (!sending) return sdp;
  for (const group of description.sourceGroups) sdp += `a=ssrc-group:${group.semantics} ${group.ssrcs.join(' ')}\r\n`;
  for (const source of description.sources) sdp += writeSource(source);
  return sdp;
}

function writePayloadType(type: PayloadType): string {
  const { id } = type;
  const channels = channelsOf(type);
  let sdp = `a=rtpmap:${id} ${type.name}/${type.clockrate}${channels > 1 ? `/${channels}` : ''}\r\n`;
  sdp += writeFeedback(id, type.feedback, type.trrInt);
  const parameters = writeParameters(type.parameters);
  return parameters === '' ? sdp : `${sdp}a=fmtp:${id} ${parameters}\r\n`;
}

/** The value of `a=fmtp`; '' where there is nothing to say. */
export function writeParameters(parameters: readonly Parameter[]): string {
  const texts = parameters.map(({ name, value }) => (name && value ? `${name}=${value}` : name + value));
  return texts.filter((text) => text !== '').join(';');
}

function writeFeedback(id: number | '*', feedback: readonly RtcpFeedback[], trrInt: number | undefined): string {
  let sdp = '';
  for (const { type, subtype } of feedback)
    sdp += `a=rtcp-fb:${id} ${type}${subtype === undefined ? '' : ` ${subtype}`}\r\n`;
  return trrInt === undefined ? sdp : `${sdp}a=rtcp-fb:${id} trr-int ${trrInt}\r\n`;
}

/** SDP knows one packet time per section (RFC 8866 §6.4): that of the first codec. */
function writePacketTimes(types: readonly PayloadType[]): string {
  const first = types.find((type) => !isAuxiliary(type));
  let sdp = '';
  if (first?.ptime !== undefined) sdp += `a=ptime:${first.ptime}\r\n`;
  if (first?.maxptime !== undefined) sdp += `a=maxptime:${first.maxptime}\r\n`;
  return sdp;
}

function writeExtension({ id, uri, senders }: HeaderExtension, author: Role): string {
  return `a=extmap:${id}${senders === 'both' ? '' : `/${directionOf(senders, author)}`} ${uri}\r\n`;
}

function msidOf(sources: readonly Source[]): string | undefined {
  const parameters = sources.flatMap((source) => source.parameters);
  return parameters.find(({ name }) => name === 'msid')?.value;
}

function writeSource({ ssrc, parameters }: Source): string {
  return parameters.map(({ name, value }) => `a=ssrc:${ssrc} ${name}:${value}\r\n`).join('');
}
