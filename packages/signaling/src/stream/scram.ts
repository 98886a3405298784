import { toBase64 } from '@xmpp-call/jingle';
import { fromBase64 } from './base64.js';
import { StreamError } from './errors.js';
import { saslprep } from './saslprep.js';

export type ScramHash = 'SHA-1' | 'SHA-256' | 'SHA-512';

/** Bits of a digest. */
const BITS: Readonly<Record<ScramHash, number>> = { 'SHA-1': 160, 'SHA-256': 256, 'SHA-512': 512 };

export interface ScramOptions {
  readonly hash: ScramHash;
  readonly username: string;
  readonly password: string;
  /** Client nonce: printable ASCII without commas, at least 18 random bytes' worth. */
  readonly nonce: string;
}

/** RFC 7677 §4 asks for at least 4096 iterations; fewer would let a false server guess passwords cheaply. */
const MIN_ITERATIONS = 4096;
/** About two seconds on a slow phone; more is a way of keeping the visitor's processor busy. */
const MAX_ITERATIONS = 1_000_000;
const MIN_SALT_BYTES = 8;

const utf8 = new TextEncoder();

/**
 * Client side of SCRAM-SHA-1, SCRAM-SHA-256 and SCRAM-SHA-512 (RFC 5802, RFC 7677) without channel binding, on WebCrypto. One object
 * is one exchange: `clientFirst`, `clientFinal`, `verify`. Only after `verify` has the server shown that it knows the
 * password too.
 */
export class Scram {
  readonly #options: ScramOptions;
  #firstBare = '';
  #serverSignature: string | undefined;
  #verified = false;

  constructor(options: ScramOptions) {
    this.#options = options;
  }

  get verified(): boolean {
    return this.#verified;
  }

  /** The proof has been sent; what comes next must be the server's signature. */
  get awaitsSignature(): boolean {
    return this.#serverSignature !== undefined;
  }

  /** @throws StreamError `auth-failed` when the user name cannot be written in SASL */
  clientFirst(): string {
    const username = prepared(this.#options.username).replaceAll('=', '=3D').replaceAll(',', '=2C');
    this.#firstBare = `n=${username},r=${this.#options.nonce}`;
    // RFC 5802 §7, `gs2-header`: a client without channel binding.
    return `n,,${this.#firstBare}`;
  }

  /**
   * Answers the server's first message.
   * @throws StreamError `auth-failed` when it is malformed, its nonce is no extension of ours, or its iterations are out of bounds
   */
  async clientFinal(serverFirst: string): Promise<string> {
    const { hash, password } = this.#options;
    const { nonce, salt, iterations } = parseServerFirst(serverFirst, this.#options.nonce);
    // The base64 of the gs2-header.
    const withoutProof = `c=biws,r=${nonce}`;
    const authMessage = utf8.encode(`${this.#firstBare},${serverFirst},${withoutProof}`);

    // RFC 5802 §3
    const hmac = async (keyBytes: BufferSource, data: BufferSource): Promise<Uint8Array<ArrayBuffer>> => {
      const key = await crypto.subtle.importKey('raw', keyBytes, { name: 'HMAC', hash }, false, ['sign']);
      return new Uint8Array(await crypto.subtle.sign('HMAC', key, data));
    };
    const key = await crypto.subtle.importKey('raw', utf8.encode(prepared(password)), 'PBKDF2', false, ['deriveBits']);
    const saltedPassword = await crypto.subtle.deriveBits({ name: 'PBKDF2', hash, salt, iterations }, key, BITS[hash]);
    const clientKey = await hmac(saltedPassword, utf8.encode('Client Key'));
    const clientSignature = await hmac(await crypto.subtle.digest(hash, clientKey), authMessage);
    const serverKey = await hmac(saltedPassword, utf8.encode('Server Key'));
    this.#serverSignature = toBase64(await hmac(serverKey, authMessage));
    const proof = clientKey.map((byte, index) => byte ^ (clientSignature[index] ?? 0));
    return `${withoutProof},p=${toBase64(proof)}`;
  }

  /** Checks the server's final message. @throws StreamError `auth-failed` when the signature is missing or not the one of our password */
  verify(serverFinal: string): void {
    const signature = parseAttributes(serverFinal).get('v');
    if (this.#serverSignature === undefined || signature === undefined || !equal(signature, this.#serverSignature)) {
      throw refusal('server signature is missing or wrong');
    }
    this.#verified = true;
  }
}

interface ServerFirst {
  readonly nonce: string;
  readonly salt: Uint8Array<ArrayBuffer>;
  readonly iterations: number;
}

/** RFC 5802 §7, `server-first-message`. */
function parseServerFirst(message: string, clientNonce: string): ServerFirst {
  const attributes = parseAttributes(message);
  const nonce = attributes.get('r') ?? '';
  const salt = fromBase64(attributes.get('s') ?? '');
  const count = attributes.get('i') ?? '';
  const iterations = /^\d+$/.test(count) ? Number(count) : 0;
  if (
    // RFC 5802 §5.1, m: "its presence in a client or a server message MUST cause authentication failure"
    attributes.has('m') ||
    !nonce.startsWith(clientNonce) ||
    nonce === clientNonce ||
    salt.length < MIN_SALT_BYTES ||
    iterations < MIN_ITERATIONS ||
    iterations > MAX_ITERATIONS
  ) {
    throw refusal('bad SCRAM challenge');
  }
  return { nonce, salt, iterations };
}

/** Splits `k=v,k=v`; values may hold `=`. */
function parseAttributes(message: string): Map<string, string> {
  const attributes = new Map<string, string>();
  for (const part of message.split(',')) {
    const [name = ''] = part;
    if (part[1] !== '=' || attributes.has(name)) throw refusal('malformed SCRAM message');
    attributes.set(name, part.slice(2));
  }
  return attributes;
}

/** @throws StreamError `auth-failed` when nothing is left that SASL allows */
function prepared(text: string): string {
  const result = saslprep(text);
  if (!result) throw refusal('characters that SASL does not allow');
  return result;
}

/** Compares without telling by its duration where the strings differ. */
function equal(a: string, b: string): boolean {
  let difference = a.length ^ b.length;
  for (let index = 0; index < b.length; index++) difference |= a.charCodeAt(index) ^ b.charCodeAt(index);
  return difference === 0;
}

/** Never holds secrets. */
function refusal(message: string): StreamError {
  return new StreamError('auth-failed', message);
}
