/**
 * Encrypts each encoded frame with AES-256-GCM, for calls through a machine that must not decode them.
 *
 *     clear bytes | ciphertext | tag | counter | key id
 *        10/3/1                  16      6        1      bytes: a frame grows by 23
 *
 * The clear bytes are what packetizers and native decoders' parsers read: the VP8 payload header (RFC 6386 §9.1) or the
 * TOC byte of Opus (RFC 6716 §3.1). They, the counter and the key id are authenticated with the rest.
 *
 * The nonce is the key's salt XOR the counter, as in RFC 9605 §4.4.3. Counters never repeat under one key as long as
 * every encryptor has its own generation: 16 bits of generation, then a 32-bit frame counter, after whose end the
 * encryptor refuses. Each direction and medium has its own key, derived from the call's secret.
 */
export type FrameKind = 'key' | 'delta' | 'audio';

export const CIPHER_OVERHEAD_BYTES = 23;

/** A key is kept for this time after the first frame under a newer key was decrypted [ms]. */
export const RETAINED_KEY_MS = 10_000;

const CLEAR_BYTES: Readonly<Record<FrameKind, number>> = { key: 10, delta: 3, audio: 1 };
const TAG_BYTES = 16;
const COUNTER_BYTES = 6;
const FOOTER_BYTES = COUNTER_BYTES + 1;
const SALT_BYTES = 12;
const MIN_SECRET_BYTES = 16;
const MAX_GENERATION = 0xffff;
const FRAMES_PER_GENERATION = 0x1_0000_0000;

type Bytes = Uint8Array<ArrayBuffer>;

/** One key of one direction and medium. */
export interface FrameKey {
  /** 0 to 255, in every frame. */
  readonly id: number;
  readonly key: CryptoKey;
  /** 12 bytes. */
  readonly salt: Uint8Array;
}

export type CipherFailure =
  /** Encryptor: no key was set. */
  | 'no-key'
  /** Encryptor: 2^32 frames were encrypted; a new generation is needed. */
  | 'counter-exhausted'
  /** Decryptor: shorter than the overhead, such as padding. */
  | 'too-short'
  /** Decryptor: no key with that id, not yet or no longer. */
  | 'unknown-key'
  /** Decryptor: a wrong key of the right id, another frame kind, or a changed frame. */
  | 'not-authentic'
  /** The browser's cryptography failed for another reason. */
  | 'crypto-failed';

export type CipherResult =
  { readonly ok: true; readonly frame: Bytes } | { readonly ok: false; readonly reason: CipherFailure };

/**
 * Derives the key of one direction and medium by HKDF-SHA-256 (RFC 5869).
 * @param secret the call's, at least 16 bytes
 * @param context names the direction and medium, such as `initiator audio`: no two senders may share it
 * Throws RangeError for a short secret or an id outside 0 to 255.
 */
export async function deriveFrameKey(
  secret: Uint8Array,
  id: number,
  context: string,
  subtle: SubtleCrypto = crypto.subtle,
): Promise<FrameKey> {
  if (secret.length < MIN_SECRET_BYTES) throw new RangeError(`a secret of ${secret.length} bytes is too short`);
  if (!Number.isInteger(id) || id < 0 || id > 255) throw new RangeError(`key id ${id}`);
  const base = await subtle.importKey('raw', Uint8Array.from(secret), 'HKDF', false, ['deriveKey', 'deriveBits']);
  const hkdf = (use: string) => ({
    name: 'HKDF',
    hash: 'SHA-256',
    salt: new Uint8Array(),
    info: new TextEncoder().encode(`xmpp-call frame ${use} ${id} ${context}`),
  });
  const [key, salt] = await Promise.all([
    subtle.deriveKey(hkdf('key'), base, { name: 'AES-GCM', length: 256 }, false, ['encrypt', 'decrypt']),
    subtle.deriveBits(hkdf('salt'), base, SALT_BYTES * 8),
  ]);
  return { id, key, salt: new Uint8Array(salt) };
}

/** Encrypts the frames of one sender. Results come in the order of the calls. */
export class FrameEncryptor {
  readonly #generation: number;
  readonly #subtle: SubtleCrypto;
  readonly #order = new ResultOrder();
  #key: FrameKey | undefined;
  #frames = 0;

  /**
   * @param generation 0 to 65,535; number of earlier encryptors of this direction and medium in the call,
   *   including closed and crashed ones. Throws RangeError outside that range.
   */
  constructor(generation: number, subtle: SubtleCrypto = crypto.subtle) {
    if (!Number.isInteger(generation) || generation < 0 || generation > MAX_GENERATION) {
      throw new RangeError(`generation ${generation}`);
    }
    this.#generation = generation;
    this.#subtle = subtle;
  }

  /** Applies to the following calls of `encrypt`. */
  setKey(key: FrameKey): void {
    this.#key = key;
  }

  /** The frame may be reused at once. */
  encrypt(frame: Uint8Array, kind: FrameKind): Promise<CipherResult> {
    return this.#order.follow(this.#encrypt(frame, kind));
  }

  async #encrypt(frame: Uint8Array, kind: FrameKind): Promise<CipherResult> {
    const key = this.#key;
    if (!key) return { ok: false, reason: 'no-key' };
    if (this.#frames >= FRAMES_PER_GENERATION) return { ok: false, reason: 'counter-exhausted' };
    const footer = footerOf(this.#generation, this.#frames++, key.id);
    const clear = Math.min(CLEAR_BYTES[kind], frame.length);
    const head = Uint8Array.from(frame.subarray(0, clear));
    const secret = Uint8Array.from(frame.subarray(clear));
    try {
      const sealed = await this.#subtle.encrypt(parameters(key, head, footer), key.key, secret);
      return { ok: true, frame: concatenate(head, new Uint8Array(sealed), footer) };
    } catch {
      return { ok: false, reason: 'crypto-failed' };
    }
  }
}

/** Decrypts the frames of one sender. Results come in the order of the calls. */
export class FrameDecryptor {
  readonly #subtle: SubtleCrypto;
  readonly #order = new ResultOrder();
  readonly #keys = new Map<number, { readonly key: FrameKey; readonly rank: number; retiresAt: number }>();
  #rank = 0;

  constructor(subtle: SubtleCrypto = crypto.subtle) {
    this.#subtle = subtle;
  }

  /** Adds a key. Earlier keys are dropped 10 s after the first frame was decrypted under this one. */
  setKey(key: FrameKey): void {
    this.#keys.set(key.id, { key, rank: this.#rank++, retiresAt: Infinity });
  }

  /** @param now ms, monotonic. The frame may be reused at once. */
  decrypt(frame: Uint8Array, kind: FrameKind, now: number): Promise<CipherResult> {
    return this.#order.follow(this.#decrypt(frame, kind, now));
  }

  async #decrypt(frame: Uint8Array, kind: FrameKind, now: number): Promise<CipherResult> {
    const length = frame.length - CIPHER_OVERHEAD_BYTES;
    if (length < 0) return { ok: false, reason: 'too-short' };
    this.#dropRetired(now);
    const footer = Uint8Array.from(frame.subarray(-FOOTER_BYTES));
    const entry = this.#keys.get(footer[COUNTER_BYTES] ?? 0);
    if (!entry) return { ok: false, reason: 'unknown-key' };
    const clear = Math.min(CLEAR_BYTES[kind], length);
    const head = Uint8Array.from(frame.subarray(0, clear));
    const sealed = Uint8Array.from(frame.subarray(clear, -FOOTER_BYTES));
    try {
      const opened = await this.#subtle.decrypt(parameters(entry.key, head, footer), entry.key.key, sealed);
      this.#retireBefore(entry.rank, now);
      return { ok: true, frame: concatenate(head, new Uint8Array(opened)) };
    } catch (error) {
      // Web Cryptography §27.4.2: a tag that does not match is an OperationError.
      const forged = error instanceof Error && error.name === 'OperationError';
      return { ok: false, reason: forged ? 'not-authentic' : 'crypto-failed' };
    }
  }

  #retireBefore(rank: number, now: number): void {
    for (const entry of this.#keys.values()) {
      if (entry.rank < rank && entry.retiresAt === Infinity) entry.retiresAt = now + RETAINED_KEY_MS;
    }
  }

  #dropRetired(now: number): void {
    for (const [id, { retiresAt }] of this.#keys) if (now >= retiresAt) this.#keys.delete(id);
  }
}

/** Runs operations at the same time and delivers their results in order. */
class ResultOrder {
  #last: Promise<unknown> = Promise.resolve();

  follow(operation: Promise<CipherResult>): Promise<CipherResult> {
    const result = this.#last.then(() => operation);
    this.#last = result;
    return result;
  }
}

function footerOf(generation: number, frame: number, keyId: number): Bytes {
  const footer = new Uint8Array(FOOTER_BYTES);
  const view = new DataView(footer.buffer);
  view.setUint16(0, generation);
  view.setUint32(2, frame);
  view.setUint8(COUNTER_BYTES, keyId);
  return footer;
}

function parameters({ salt }: FrameKey, head: Bytes, footer: Bytes): AesGcmParams {
  const iv = Uint8Array.from(salt);
  const first = SALT_BYTES - COUNTER_BYTES;
  for (let i = 0; i < COUNTER_BYTES; i++) iv[first + i] = (iv[first + i] ?? 0) ^ (footer[i] ?? 0);
  return { name: 'AES-GCM', iv, additionalData: concatenate(head, footer), tagLength: TAG_BYTES * 8 };
}

function concatenate(...parts: readonly Bytes[]): Bytes {
  const whole = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
