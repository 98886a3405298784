import type { MediaFlow, MediaKind } from '../../core/choice/core-choice.js';
import { type CipherFailure, deriveFrameKey, FrameDecryptor, FrameEncryptor, type FrameKind } from './frame-cipher.js';
import type { PipelineHost } from '../pipeline-host.js';

/** Minimum interval between two events [ms], because the peer controls how often its frames cannot be decrypted. */
const EVENT_INTERVAL_MS = 1000;

type Bytes = Uint8Array<ArrayBuffer>;

export interface FrameKeysOptions {
  readonly host: PipelineHost;
  readonly kind: MediaKind;
  readonly flow: MediaFlow;
  /** Side that sends the frames. */
  readonly sender: 'initiator' | 'responder';
  /** Number of earlier encryptors in the call. */
  readonly generation: number;
}

/**
 * Bytes at the end of an encrypted frame by which a receiver without the key recognises it: the first ones of its own token,
 * inverted. No other frame ends with them.
 */
const MARK_BYTES = 4;

/**
 * Encryption of one medium in one direction; off until a key is set. While it is on, no frame is sent in the clear. A received
 * frame that is encrypted is never passed on without decryption. The page is notified when frames start to fail and when they
 * work again.
 */
export class FrameKeys {
  /** Token of the receiver. */
  token: Uint8Array | undefined;
  readonly #options: FrameKeysOptions;
  readonly #encryptor: FrameEncryptor;
  #decryptor = new FrameDecryptor();
  #isOn = false;
  #isFailing = false;
  #failure: CipherFailure | undefined;
  /** The last event and its time [ms]. */
  #lastEvent = { isFailing: false, at: -Infinity };
  /** Cancels the delayed event. */
  #cancelEvent: (() => void) | undefined;
  #setting: Promise<void> = Promise.resolve();

  constructor(options: FrameKeysOptions) {
    this.#options = options;
    this.#encryptor = new FrameEncryptor(options.generation);
  }

  /** Without a secret frames are not encrypted. */
  set(id: number, secret: Uint8Array | undefined): Promise<void> {
    this.#isOn = secret !== undefined;
    if (secret !== undefined) this.#setting = this.#setting.then(() => this.#derive(id, secret));
    else this.#decryptor = new FrameDecryptor();
    return this.#setting;
  }

  /** @returns the data to send; undefined to send nothing */
  seal(frame: Bytes, kind: FrameKind): Bytes | undefined | Promise<Bytes | undefined> {
    return this.#isOn ? this.#seal(frame, kind) : frame;
  }

  /** @returns the received data; undefined if it cannot be decrypted */
  open(frame: Bytes, kind: FrameKind): Bytes | undefined | Promise<Bytes | undefined> {
    const isSealed = this.#isMarked(frame);
    if (this.#isOn) {
      const sealed = isSealed ? frame.subarray(0, -MARK_BYTES) : frame;
      return this.#result(this.#decryptor.decrypt(sealed, kind, this.#options.host.clock.now()));
    }
    this.#notify(isSealed ? 'no-key' : undefined);
    return isSealed ? undefined : frame;
  }

  /** Cancels the delayed event. */
  dispose(): void {
    this.#cancelEvent?.();
    this.#cancelEvent = undefined;
  }

  async #seal(frame: Bytes, kind: FrameKind): Promise<Bytes | undefined> {
    const sealed = await this.#result(this.#encryptor.encrypt(frame, kind));
    if (!sealed || !this.token) return undefined;
    const marked = new Uint8Array(sealed.length + MARK_BYTES);
    marked.set(sealed);
    marked.set(
      this.token.subarray(0, MARK_BYTES).map((byte) => ~byte),
      sealed.length,
    );
    return marked;
  }

  #isMarked(frame: Bytes): boolean {
    const { token } = this;
    if (!token || frame.length < MARK_BYTES) return false;
    return frame.subarray(-MARK_BYTES).every((byte, index) => byte === (~(token[index] ?? 0) & 0xff));
  }

  async #derive(id: number, secret: Uint8Array): Promise<void> {
    const { host, kind, flow, sender } = this.#options;
    try {
      const key = await deriveFrameKey(secret, id, `${sender} ${kind}`);
      if (flow === 'send') this.#encryptor.setKey(key);
      else this.#decryptor.setKey(key);
    } catch (error) {
      host.log('error', 'a frame key cannot be used', { kind, flow, id, error: String(error) });
    }
  }

  async #result(
    result: Promise<{ ok: true; frame: Bytes } | { ok: false; reason: CipherFailure }>,
  ): Promise<Bytes | undefined> {
    const done = await result;
    this.#notify(done.ok ? undefined : done.reason);
    return done.ok ? done.frame : undefined;
  }

  #notify(reason: CipherFailure | undefined): void {
    const isFailing = reason !== undefined;
    if (isFailing === this.#isFailing) return;
    this.#isFailing = isFailing;
    this.#failure = reason;
    if (this.#cancelEvent) return;
    const { clock } = this.#options.host;
    const wait = this.#lastEvent.at + EVENT_INTERVAL_MS - clock.now();
    if (wait <= 0) this.#post();
    else this.#cancelEvent = clock.after(wait, () => this.#post());
  }

  /** Posts the present state, unless it is that of the last event. */
  #post(): void {
    const { host, kind, flow } = this.#options;
    const isFailing = this.#isFailing;
    this.#cancelEvent = undefined;
    if (isFailing === this.#lastEvent.isFailing) return;
    this.#lastEvent = { isFailing, at: host.clock.now() };
    host.post({ type: 'key-event', kind, flow, state: isFailing ? 'failing' : 'working', reason: this.#failure });
  }
}
