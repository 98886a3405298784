import { saslprep } from './saslprep.js';

export type ScramHash = 'SHA-1' | 'SHA-256';

export interface ScramOptions {
  readonly hash: ScramHash;
  readonly username: string;
  readonly password: string;
  /** Client nonce: printable ASCII without commas, at least 18 random bytes' worth. */
  readonly nonce: string;
}

/** What went wrong in an exchange; never holds secrets. */
export class ScramError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'ScramError';
  }
}

/** RFC 7677 §4 asks for at least 4096 iterations; fewer would let a false server guess passwords cheaply. */
const MIN_ITERATIONS = 4096;
/** About two seconds on a slow phone; more is a way of keeping the visitor's processor busy. */
const MAX_ITERATIONS = 1_000_000;
const MIN_SALT_BYTES = 8;
/** Header of a client without channel binding (RFC 5802 §7, `gs2-header`), and its base64. */
const GS2_HEADER = 'n,,';
const GS2_HEADER_BASE64 = 'biws';

const utf8 = new TextEncoder();
const DIGEST_BYTES: Readonly<Record<ScramHash, number>> = { 'SHA-1': 20, 'SHA-256': 32 };

/**
 * Client side of SCRAM-SHA-1 and SCRAM-SHA-256 (RFC 5802, RFC 7677) without channel binding, on WebCrypto. One object
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

  /** @throws ScramError when the user name cannot be written in SASL */
  clientFirst(): string {
    const username = saslprep(this.#options.username);
    if (!username) throw new ScramError('user name holds characters that SASL does not allow');
    const escaped = username.replaceAll('=', '=3D').replaceAll(',', '=2C');
    this.#firstBare = `n=${escaped},r=${this.#options.nonce}`;
    return GS2_HEADER + this.#firstBare;
  }

  /**
   * Answers the server's first message.
   * @throws ScramError when the message is malformed, its nonce is not an extension of ours, or its iterations are out of bounds
   */
  async clientFinal(serverFirst: string): Promise<string> {
    const { nonce, salt, iterations } = parseServerFirst(serverFirst, this.#options.nonce);
    const password = saslprep(this.#options.password);
    if (password === undefined) throw new ScramError('password holds characters that SASL does not allow');

    const { hash } = this.#options;
    const withoutProof = `c=${GS2_HEADER_BASE64},r=${nonce}`;
    const authMessage = utf8.encode(`${this.#firstBare},${serverFirst},${withoutProof}`);

    // RFC 5802 §3
    const saltedPassword = await pbkdf2(hash, utf8.encode(password), salt, iterations);
    const clientKey = await hmac(hash, saltedPassword, utf8.encode('Client Key'));
    const storedKey = new Uint8Array(await crypto.subtle.digest(hash, clientKey));
    const clientSignature = await hmac(hash, storedKey, authMessage);
    const serverKey = await hmac(hash, saltedPassword, utf8.encode('Server Key'));
    this.#serverSignature = toBase64(await hmac(hash, serverKey, authMessage));

    const proof = clientKey.map((byte, index) => byte ^ (clientSignature[index] ?? 0));
    return `${withoutProof},p=${toBase64(proof)}`;
  }

  /** Checks the server's final message. @throws ScramError when the signature is missing or not the one of our password */
  verify(serverFinal: string): void {
    const attributes = parseAttributes(serverFinal);
    const error = attributes.get('e');
    if (error !== undefined) throw new ScramError(`server refused: ${error.slice(0, 100)}`);
    const signature = attributes.get('v');
    if (this.#serverSignature === undefined || signature === undefined || !equal(signature, this.#serverSignature)) {
      throw new ScramError('server signature is missing or wrong');
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
  // RFC 5802 §5.1, m: "its presence in a client or a server message MUST cause authentication failure"
  if (attributes.has('m')) throw new ScramError('mandatory extension is not supported');
  const nonce = attributes.get('r') ?? '';
  if (!nonce.startsWith(clientNonce) || nonce.length === clientNonce.length) {
    throw new ScramError('server nonce does not extend ours');
  }
  const salt = fromBase64(attributes.get('s') ?? '');
  if (!salt || salt.length < MIN_SALT_BYTES) throw new ScramError('salt is missing or too short');
  const count = attributes.get('i') ?? '';
  const iterations = /^[1-9][0-9]{0,9}$/.test(count) ? Number(count) : 0;
  if (iterations < MIN_ITERATIONS || iterations > MAX_ITERATIONS)
    throw new ScramError('iteration count is out of bounds');
  return { nonce, salt, iterations };
}

/** Splits `k=v,k=v`; values may hold `=`. */
function parseAttributes(message: string): Map<string, string> {
  const attributes = new Map<string, string>();
  for (const part of message.split(',')) {
    if (part[1] !== '=') throw new ScramError('malformed message');
    const name = part.slice(0, 1);
    if (attributes.has(name)) throw new ScramError('attribute given twice');
    attributes.set(name, part.slice(2));
  }
  return attributes;
}

async function pbkdf2(
  hash: ScramHash,
  password: Uint8Array<ArrayBuffer>,
  salt: Uint8Array<ArrayBuffer>,
  iterations: number,
): Promise<Uint8Array<ArrayBuffer>> {
  const key = await crypto.subtle.importKey('raw', password, 'PBKDF2', false, ['deriveBits']);
  const bits = await crypto.subtle.deriveBits({ name: 'PBKDF2', hash, salt, iterations }, key, DIGEST_BYTES[hash] * 8);
  return new Uint8Array(bits);
}

async function hmac(
  hash: ScramHash,
  key: Uint8Array<ArrayBuffer>,
  data: Uint8Array<ArrayBuffer>,
): Promise<Uint8Array<ArrayBuffer>> {
  const imported = await crypto.subtle.importKey('raw', key, { name: 'HMAC', hash }, false, ['sign']);
  return new Uint8Array(await crypto.subtle.sign('HMAC', imported, data));
}

/** Compares without telling by its duration where the strings differ. */
function equal(a: string, b: string): boolean {
  let difference = a.length ^ b.length;
  for (let index = 0; index < b.length; index++) difference |= a.charCodeAt(index) ^ b.charCodeAt(index);
  return difference === 0;
}

function toBase64(bytes: Uint8Array): string {
  return btoa(String.fromCharCode(...bytes));
}

function fromBase64(text: string): Uint8Array<ArrayBuffer> | undefined {
  if (!/^[A-Za-z0-9+/]+={0,2}$/.test(text) || text.length % 4 !== 0) return undefined;
  return Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
}
