import { EMOJI } from './emoji.js';
import type { SafetyEmoji } from './emoji.js';
import { WORDS } from './words.js';

/** Of the Jingle session: who sent `session-initiate`. */
export type SafetyRole = 'initiator' | 'responder';

/** What both sides have to agree on for a code to be the same. */
export interface SafetyContext {
  /** Of the Jingle session. */
  readonly sid: string;
  /** Of `fingerprintsOf`: of the initiator's description, and of the responder's, as this side knows them. */
  readonly initiator: string;
  readonly responder: string;
}

/** Two ways to show one agreement; people compare one of them. */
export interface SafetyCode {
  /** 4 of 256 words: 32 bits. */
  readonly words: readonly string[];
  /** 7 of 64: 42 bits. */
  readonly emoji: readonly SafetyEmoji[];
}

type Bytes = Uint8Array<ArrayBuffer>;

/** Namespace of the exchange, and the label that separates its hashes from all others. */
export const SAFETY_CODE_NAMESPACE = 'urn:x-xmpp-call:safety-code:0';
export const NONCE_BYTES = 32;
const WORD_COUNT = 4;
const EMOJI_COUNT = 7;
const EMOJI_BITS = 6;

const utf8 = new TextEncoder();

/**
 * What one side commits to: SHA-256 over its role, the context and its nonce. The role keeps a commitment from being sent back as
 * the other side's; the context keeps fingerprints from being changed between commitment and code.
 */
export async function commitmentOf(role: SafetyRole, context: SafetyContext, nonce: Bytes): Promise<Bytes> {
  return digest(pack('commit', role, ...partsOf(context), nonce));
}

/** HKDF-SHA-256 (RFC 5869) over both nonces, salted with the context. */
export async function codeOf(
  context: SafetyContext,
  initiatorNonce: Bytes,
  responderNonce: Bytes,
): Promise<SafetyCode> {
  const key = await crypto.subtle.importKey('raw', pack(initiatorNonce, responderNonce), 'HKDF', false, ['deriveBits']);
  const salt = await digest(pack('context', ...partsOf(context)));
  const derive = async (info: string, bytes: number): Promise<Bytes> => {
    const parameters = { name: 'HKDF', hash: 'SHA-256', salt, info: pack(SAFETY_CODE_NAMESPACE, info) };
    return new Uint8Array(await crypto.subtle.deriveBits(parameters, key, bytes * 8));
  };
  const words = await derive('words', WORD_COUNT);
  const emoji = await derive('emoji', Math.ceil((EMOJI_COUNT * EMOJI_BITS) / 8));
  return {
    words: Array.from(words, (byte) => at(WORDS, byte)),
    emoji: sextets(emoji)
      .slice(0, EMOJI_COUNT)
      .map((index) => at(EMOJI, index)),
  };
}

function partsOf({ sid, initiator, responder }: SafetyContext): string[] {
  return [sid, initiator, responder];
}

async function digest(data: Bytes): Promise<Bytes> {
  return new Uint8Array(await crypto.subtle.digest('SHA-256', data));
}

/** Each part behind its length (32 bits), so that no two lists are packed alike; the namespace is the first. */
function pack(...parts: readonly (string | Bytes)[]): Bytes {
  const encoded = [SAFETY_CODE_NAMESPACE, ...parts].map((part) =>
    typeof part === 'string' ? utf8.encode(part) : part,
  );
  const packed = new Uint8Array(encoded.reduce((length, part) => length + 4 + part.length, 0));
  const view = new DataView(packed.buffer);
  let offset = 0;
  for (const part of encoded) {
    view.setUint32(offset, part.length);
    packed.set(part, offset + 4);
    offset += 4 + part.length;
  }
  return packed;
}

/** Numbers of 6 bits, first bit first. */
function sextets(bytes: Bytes): number[] {
  const bits = Array.from(bytes, (byte) => byte.toString(2).padStart(8, '0')).join('');
  return Array.from(bits.matchAll(/[01]{6}/g), ([sextet]) => Number.parseInt(sextet, 2));
}

function at<T>(list: readonly T[], index: number): T {
  const item = list[index];
  if (item === undefined) throw new RangeError(`no item ${index}`);
  return item;
}
