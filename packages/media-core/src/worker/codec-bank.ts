import type { Opus } from '@xmpp-call/opus';
import type { Vp8 } from '@xmpp-call/vp8';
import type { MediaFlow, MediaKind, WarmUp } from '../core/choice/core-choice.js';
import { CodecSlot } from '../core/codec-slot.js';
import type { PipelineHost } from './pipeline-host.js';
import { measureOpus, measureVp8 } from './warm-up.js';

/** Loads the codecs. */
export interface CodecLoaders {
  /** @throws Error if the file cannot be loaded */
  fetch(url: URL): Promise<ArrayBuffer>;
  opus(input: ArrayBuffer | WebAssembly.Module): Promise<Opus>;
  vp8(input: URL | WebAssembly.Module): Promise<Vp8>;
}

export type ModuleState = 'loading' | 'ready' | 'failed';

/** The codecs of a call: one instance for each direction, so that a failure concerns only one. */
export class CodecBank {
  /** Received audio is decoded in the playout worklet. */
  readonly opus: { readonly send: CodecSlot<Opus> };
  readonly vp8: { readonly send: CodecSlot<Vp8>; readonly receive: CodecSlot<Vp8> };
  readonly #host: PipelineHost;
  readonly #loaders: CodecLoaders;
  #opusBytes: ArrayBuffer | undefined;
  #opusModule: WebAssembly.Module | undefined;
  #vp8Module: WebAssembly.Module | undefined;
  #modules: Readonly<Record<MediaKind, ModuleState>> = { audio: 'loading', video: 'loading' };
  #warmUp: WarmUp;

  /** @param known earlier measurements, which are not repeated */
  constructor(host: PipelineHost, loaders: CodecLoaders, known: WarmUp = {}) {
    this.#host = host;
    this.#warmUp = known;
    this.#loaders = loaders;
    const opus = new CodecSlot(
      () => loaders.opus(loaded(this.#opusModule)),
      host.clock,
      (error) => host.codecFailed('audio', 'send', error),
    );
    const vp8 = (flow: MediaFlow) =>
      new CodecSlot(
        () => loaders.vp8(loaded(this.#vp8Module)),
        host.clock,
        (error) => host.codecFailed('video', flow, error),
      );
    this.opus = { send: opus };
    this.vp8 = { send: vp8('send'), receive: vp8('receive') };
  }

  get modules(): Readonly<Record<MediaKind, ModuleState>> {
    return this.#modules;
  }

  /** The module of Opus, once it is compiled and measured. */
  get opusBytes(): ArrayBuffer | undefined {
    return this.#opusBytes;
  }

  /** Measurements so far. */
  get warmUp(): WarmUp {
    return this.#warmUp;
  }

  /** Loads, warms up and measures both codecs. Never rejects. */
  async load(opusUrl: string, vp8Url: string): Promise<void> {
    await Promise.all([
      this.#settle('audio', () => this.#loadOpus(opusUrl)),
      this.#settle('video', () => this.#loadVp8(vp8Url)),
    ]);
  }

  /** Measures a codec again, if it is loaded. Never rejects. */
  async measureAgain(kind: MediaKind): Promise<void> {
    if (this.#modules[kind] !== 'ready') return;
    try {
      if (kind === 'audio') await this.#measureOpus(await this.#loaders.opus(loaded(this.#opusModule)));
      else await this.#measureVp8(await this.#loaders.vp8(loaded(this.#vp8Module)));
    } catch (error) {
      this.#host.log('warn', 'a codec was not measured again', { kind, error: String(error) });
    }
  }

  /** Creates a new instance for a direction whose codec failed. */
  restore(kind: MediaKind, flow: MediaFlow): void {
    if (this.#modules[kind] !== 'ready') return;
    if (kind === 'video') void this.vp8[flow].restore();
    else if (flow === 'send') void this.opus.send.restore();
  }

  dispose(): void {
    for (const slot of [this.opus.send, this.vp8.send, this.vp8.receive]) slot.dispose();
  }

  async #settle(kind: MediaKind, load: () => Promise<void>): Promise<void> {
    let state: ModuleState = 'ready';
    try {
      await load();
    } catch (error) {
      state = 'failed';
      this.#host.log('warn', 'a codec cannot be used', { kind, error: String(error) });
    }
    this.#modules = { ...this.#modules, [kind]: state };
  }

  async #loadOpus(url: string): Promise<void> {
    const bytes = await this.#loaders.fetch(new URL(url));
    const opus = await this.#loaders.opus(bytes);
    this.#opusModule = opus.module;
    if (!isMeasured(this.#warmUp, 'audio')) await this.#measureOpus(opus);
    await this.opus.send.restore();
    this.#opusBytes = bytes;
  }

  async #measureOpus(opus: Opus): Promise<void> {
    const measured = await measureOpus(opus, this.#host.clock);
    this.#warmUp = { ...this.#warmUp, ...measured };
  }

  async #measureVp8(vp8: Vp8): Promise<void> {
    const measured = await measureVp8(vp8, this.#host.clock);
    this.#warmUp = { ...this.#warmUp, ...measured };
  }

  async #loadVp8(url: string): Promise<void> {
    const vp8 = await this.#loaders.vp8(new URL(url));
    this.#vp8Module = vp8.module;
    if (!isMeasured(this.#warmUp, 'video')) await this.#measureVp8(vp8);
    await Promise.all([this.vp8.send.restore(), this.vp8.receive.restore()]);
  }
}

function isMeasured({ opusEncode, opusDecode, vp8Encode, vp8Decode }: WarmUp, kind: MediaKind): boolean {
  const figures = kind === 'audio' ? [opusEncode, opusDecode] : [vp8Encode, vp8Decode];
  return figures.every((ms) => ms !== undefined);
}

function loaded(module: WebAssembly.Module | undefined): WebAssembly.Module {
  if (!module) throw new Error('a codec that was not loaded');
  return module;
}
