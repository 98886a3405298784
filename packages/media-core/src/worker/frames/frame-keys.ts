import type { MediaFlow, MediaKind } from '../../core/choice/core-choice.js';
import { type CipherFailure, deriveFrameKey, FrameDecryptor, FrameEncryptor, type FrameKind } from './frame-cipher.js';
import type { PipelineHost } from '../pipeline-host.js';

/** ms between two events at least: the peer decides how often its frames cannot be opened. */
const EVENT_INTERVAL_MS = 1000;

type Bytes = Uint8Array<ArrayBuffer>;

export interface FrameKeysOptions {
  readonly host: PipelineHost;
  readonly kind: MediaKind;
  readonly flow: MediaFlow;
  /** Whose frames these are. */
  readonly sender: 'initiator' | 'responder';
  /** Number of encryptors the call had before. */
  readonly generation: number;
}

/**
 * Bytes behind a sealed frame by which a receiver without a key knows that it is no sound and no picture: the first of its own
 * token, inverted, which nothing else ends with.
 */
const MARK_BYTES = 4;

/**
 * Encryption of one way: off until a key is set. While it is on no frame passes in the clear. None that is sealed passes
 * unopened, with a key or without; the page is told when frames begin to fail and when they work again.
 */
export class FrameKeys {
  /** That the receiver of these frames has given. */
  token: Uint8Array | undefined;
  readonly #options: FrameKeysOptions;
  readonly #encryptor: FrameEncryptor;
  #decryptor = new FrameDecryptor();
  #isOn = false;
  #isFailing = false;
  #failure: CipherFailure | undefined;
  /** What the page was told last, and when; and what cancels the next time. */
  #told = { isFailing: false, at: -Infinity };
  #cancelEvent: (() => void) | undefined;
  #setting: Promise<void> = Promise.resolve();

  constructor(options: FrameKeysOptions) {
    this.#options = options;
    this.#encryptor = new FrameEncryptor(options.generation);
  }

  /** Without a secret frames pass in the clear. */
  set(id: number, secret: Uint8Array | undefined): Promise<void> {
    this.#isOn = secret !== undefined;
    if (secret !== undefined) this.#setting = this.#setting.then(() => this.#derive(id, secret));
    else this.#decryptor = new FrameDecryptor();
    return this.#setting;
  }

  /** What to send of a frame; undefined for nothing. */
  seal(frame: Bytes, kind: FrameKind): Bytes | undefined | Promise<Bytes | undefined> {
    return this.#isOn ? this.#seal(frame, kind) : frame;
  }

  /** What came; undefined for what cannot be opened. */
  open(frame: Bytes, kind: FrameKind): Bytes | undefined | Promise<Bytes | undefined> {
    const isSealed = this.#isMarked(frame);
    if (this.#isOn) {
      const sealed = isSealed ? frame.subarray(0, -MARK_BYTES) : frame;
      return this.#result(this.#decryptor.decrypt(sealed, kind, this.#options.host.clock.now()));
    }
    this.#tell(isSealed ? 'no-key' : undefined);
    return isSealed ? undefined : frame;
  }

  /** No event comes any more. */
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
    this.#tell(done.ok ? undefined : done.reason);
    return done.ok ? done.frame : undefined;
  }

  #tell(reason: CipherFailure | undefined): void {
    const isFailing = reason !== undefined;
    if (isFailing === this.#isFailing) return;
    this.#isFailing = isFailing;
    this.#failure = reason;
    if (this.#cancelEvent) return;
    const { clock } = this.#options.host;
    const wait = this.#told.at + EVENT_INTERVAL_MS - clock.now();
    if (wait <= 0) this.#post();
    else this.#cancelEvent = clock.after(wait, () => this.#post());
  }

  /** How it is now: what it was meanwhile is over. */
  #post(): void {
    const { host, kind, flow } = this.#options;
    const isFailing = this.#isFailing;
    this.#cancelEvent = undefined;
    if (isFailing === this.#told.isFailing) return;
    this.#told = { isFailing, at: host.clock.now() };
    host.post({ type: 'key-event', kind, flow, state: isFailing ? 'failing' : 'working', reason: this.#failure });
  }
}
