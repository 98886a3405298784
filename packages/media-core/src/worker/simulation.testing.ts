import type { Clock } from '../core/clock.js';
import type { EncodedFrame, Transformer } from './frames/transformer.js';

interface Timer {
  readonly at: number;
  readonly order: number;
  readonly action: () => void;
}

/** A clock that a test advances; between two timers all pending promises settle. */
export class VirtualClock implements Clock {
  #now: number;
  #order = 0;
  #timers: Timer[] = [];

  constructor(start = 1_000_000) {
    this.#now = start;
  }

  get pendingTimers(): number {
    return this.#timers.length;
  }

  now(): number {
    return this.#now;
  }

  after(ms: number, action: () => void): () => void {
    const timer = { at: this.#now + Math.max(ms, 0), order: this.#order++, action };
    this.#timers.push(timer);
    return () => {
      this.#timers = this.#timers.filter((other) => other !== timer);
    };
  }

  sleep(ms: number): Promise<void> {
    return new Promise((resolve) => this.after(ms, resolve));
  }

  /** Advances the time without running timers, as when the machine sleeps. */
  jump(ms: number): void {
    this.#now += ms;
  }

  async advance(ms: number): Promise<void> {
    const end = this.#now + ms;
    await settle();
    for (;;) {
      const next = this.#timers.reduce<Timer | undefined>(
        (first, timer) =>
          first && (first.at < timer.at || (first.at === timer.at && first.order < timer.order)) ? first : timer,
        undefined,
      );
      if (!next || next.at > end) break;
      this.#timers = this.#timers.filter((timer) => timer !== next);
      this.#now = Math.max(this.#now, next.at);
      next.action();
      await settle();
    }
    this.#now = end;
  }
}

/** Number of operations on other threads. */
let pendingOperations = 0;

/** Stops the virtual time until the operation is done. */
export async function holdTime<T>(operation: () => Promise<T>): Promise<T> {
  pendingOperations++;
  try {
    return await operation();
  } finally {
    pendingOperations--;
  }
}

/** From now on, stops the virtual time during operations of Web Cryptography. */
export function holdTimeForCryptography(): void {
  const { subtle } = crypto;
  const counting = new Proxy(subtle, {
    get: (target, name) => {
      const value: unknown = Reflect.get(target, name, target);
      if (typeof value !== 'function') return value;
      return (...parameters: unknown[]) =>
        holdTime(async () => (await Reflect.apply(value, target, parameters)) as unknown);
    },
  });
  Object.defineProperty(crypto, 'subtle', { value: counting, configurable: true });
}

/** Waits until promises and streams have settled. */
export async function settle(): Promise<void> {
  do await new Promise((resolve) => setImmediate(resolve));
  while (pendingOperations > 0);
}

/** Both ends of an RTCRtpScriptTransformer. */
export class FakeTransformer implements Transformer {
  readonly readable: ReadableStream<EncodedFrame>;
  readonly writable: WritableStream<EncodedFrame>;
  readonly written: Uint8Array<ArrayBuffer>[] = [];
  keyFrameRequests = 0;
  onWrite: (data: Uint8Array<ArrayBuffer>) => void = () => undefined;
  onKeyFrameRequest: () => void = () => undefined;
  #controller: ReadableStreamDefaultController<EncodedFrame> | undefined;

  constructor() {
    this.readable = new ReadableStream<EncodedFrame>({
      start: (controller) => {
        this.#controller = controller;
      },
    });
    this.writable = new WritableStream<EncodedFrame>({
      write: (frame) => {
        const data = new Uint8Array(frame.data);
        this.written.push(data);
        this.onWrite(data);
      },
    });
  }

  /** The browser passes a frame to the transform. */
  enter(data: Uint8Array): void {
    this.#controller?.enqueue({ data: Uint8Array.from(data).buffer });
  }

  end(): void {
    this.#controller?.close();
  }

  sendKeyFrameRequest(): Promise<void> {
    this.keyFrameRequests++;
    this.onKeyFrameRequest();
    return Promise.resolve();
  }
}

/** One end of a MessageChannel that delivers at once. */
export class FakePort {
  onmessage: ((event: MessageEvent) => void) | null = null;
  peer: FakePort | undefined;
  closed = false;

  static pair(): readonly [FakePort, FakePort] {
    const a = new FakePort();
    const b = new FakePort();
    a.peer = b;
    b.peer = a;
    return [a, b];
  }

  postMessage(data: unknown): void {
    if (!this.closed) this.peer?.onmessage?.({ data } as MessageEvent);
  }

  close(): void {
    this.closed = true;
  }

  get asMessagePort(): MessagePort {
    return this as unknown as MessagePort;
  }
}

/** A VideoFrame of I420 in memory. Open frames are counted. */
export class FakeFrame {
  static open = 0;
  readonly format = 'I420';
  readonly visibleRect: { readonly width: number; readonly height: number };
  readonly data: Uint8Array;
  readonly timestamp: number;
  readonly #reading: (() => Promise<void>) | undefined;
  #isOpen = true;

  /** @param reading resolves when the frame has been read */
  constructor(
    data: Uint8Array,
    { codedWidth, codedHeight, timestamp }: VideoFrameBufferInit,
    reading?: () => Promise<void>,
  ) {
    FakeFrame.open++;
    this.#reading = reading;
    this.data = Uint8Array.from(data);
    this.visibleRect = { width: codedWidth, height: codedHeight };
    this.timestamp = timestamp;
  }

  static readonly create = (data: Uint8Array, init: VideoFrameBufferInit): VideoFrame =>
    new FakeFrame(data, init).asVideoFrame;

  get asVideoFrame(): VideoFrame {
    return this as unknown as VideoFrame;
  }

  allocationSize(): number {
    return this.data.length;
  }

  clone(): FakeFrame {
    const { width, height } = this.visibleRect;
    const init = { format: 'I420', codedWidth: width, codedHeight: height, timestamp: this.timestamp } as const;
    return new FakeFrame(this.data, init, this.#reading);
  }

  async copyTo(into: Uint8Array): Promise<PlaneLayout[]> {
    await this.#reading?.();
    if (!this.#isOpen) throw new Error('the frame is closed');
    into.set(this.data);
    const { width, height } = this.visibleRect;
    const chroma = (width + 1) >> 1;
    const rows = (height + 1) >> 1;
    return [
      { offset: 0, stride: width },
      { offset: width * height, stride: chroma },
      { offset: width * height + chroma * rows, stride: chroma },
    ];
  }

  close(): void {
    if (this.#isOpen) FakeFrame.open--;
    this.#isOpen = false;
  }
}
