import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { describe, it } from 'node:test';
import { init } from '@xmpp-call/opus';
import { CodecError, initDecoding } from '@xmpp-call/opus/decoding';
import type { AudioPacket } from '../core/audio/audio-playout.js';
import type { RendererMessage, RendererStatus } from '../messages/renderer-messages.js';
import { random } from '../core/dsp/signals.testing.js';
import { settle, holdTime } from '../worker/simulation.testing.js';
import { medianToneSnr, tone } from '../worker/audio/tone.testing.js';
import type { Decoding } from './playout-decoder.js';
import { PlayoutRenderer } from './playout-renderer.js';

const QUANTUM = 128;
/** Of the encoder. */
const LOOKAHEAD_MS = 6.5;
/** By which the clocks of sender and worker are off. */
const SENDER_AHEAD = 77_000;
const WORKER_AHEAD = 1_000_000;
const bytes = Uint8Array.from(await readFile(new URL(import.meta.resolve('@xmpp-call/opus/opus_bg.wasm')))).buffer;
const opus = await init(bytes);

interface Playing {
  readonly seconds: number;
  /** Samples that a context renders at a time. */
  readonly burst?: number;
  /** Of packet `i`, ms. */
  readonly wayOf?: (i: number) => number;
  /** Before the burst that begins at `ms`. */
  readonly before?: (ms: number) => void;
  /** ms that the context loses of each second, a quantum at a time. */
  readonly losesPerSecond?: number;
  /** What packet `i` holds in the place of the tone, if anything. */
  readonly insteadOf?: (i: number) => Uint8Array | undefined;
}

/** Valid packets of 20 and 10 ms whose sound has a peak of 6,245,119, and of 22. */
const ABSURD = Uint8Array.from(
  Buffer.from('b8a9fea211096dee0c2340715b17b0ac80df67e47465c8ead4db992ffdcec503b53ed789d2a86ed512c4bc400472d8', 'hex'),
);
const LOUD = Uint8Array.of(0xd0, 0x6f, 0x7b, 0xf8);

/** A worklet in a context that renders in bursts, and packets of a tone that come to it in real time. */
class Bench {
  readonly played: number[] = [];
  readonly reports: RendererMessage[] = [];
  readonly renderer: PlayoutRenderer;
  readonly #encoders = {
    10: opus.createEncoder({ sampleRate: 48_000, channels: 1, bitrate: 64_000, frameDuration: 10 }),
    20: opus.createEncoder({ sampleRate: 48_000, channels: 1, bitrate: 64_000, frameDuration: 20 }),
  };
  /** ms that pass from one look at the clock to the next. */
  decodeMs = 0;
  clock = 0;
  #frame = 0;
  #sent = 0;
  /** ms that the context has lost. */
  #lostMs = 0;
  /** Position of the sound that packets go on with. */
  #begin = 0;
  /** Of a packet. */
  packetMs: 10 | 20 = 20;

  constructor(load: (input: ArrayBuffer | WebAssembly.Module) => Promise<Decoding> = initDecoding) {
    this.renderer = new PlayoutRenderer({
      load: (input) => holdTime(() => load(input)),
      post: (report) => this.reports.push(report),
      now: () => (this.clock += this.decodeMs),
    });
  }

  get statuses(): RendererStatus[] {
    return this.reports.filter((report) => report.type === 'status');
  }

  async load(): Promise<void> {
    this.renderer.follow({ type: 'codec', bytes }, this.#frame);
    await settle();
  }

  play({
    seconds,
    burst = 512,
    wayOf = () => 30,
    before = () => undefined,
    losesPerSecond = 0,
    insteadOf,
  }: Playing): void {
    const packets = Array.from({ length: (seconds * 1000) / this.packetMs }, (_, i) => {
      const made = this.#packet(i);
      const packet = { ...made, payload: insteadOf?.(i) ?? made.payload };
      return { packet, at: packet.captureTime - SENDER_AHEAD + this.packetMs + wayOf(i) };
    }).sort((a, b) => a.at - b.at);
    this.#begin += seconds * 48_000;
    const start = this.#frame;
    const lostBefore = this.#lostMs;
    for (let next = 0, end = start + seconds * 48_000; this.#frame < end;) {
      const due = (losesPerSecond * (this.#frame - start)) / 48_000 - (this.#lostMs - lostBefore);
      if (due > QUANTUM / 48) this.#lostMs += QUANTUM / 48;
      const now = this.#frame / 48 + this.#lostMs;
      for (let one = packets[next]; one && one.at <= now; one = packets[++next]) {
        this.renderer.follow({ type: 'packet', packet: one.packet, arrivedAt: one.at + WORKER_AHEAD }, this.#frame);
      }
      before(now);
      this.clock = Math.max(this.clock, Math.floor(now));
      for (const last = this.#frame + burst; this.#frame < last; this.#frame += QUANTUM) {
        const output = new Float32Array(QUANTUM);
        this.renderer.render(output, this.#frame);
        this.played.push(...output);
      }
    }
  }

  /** From now on. */
  begin(): void {
    this.renderer.follow({ type: 'begin' }, this.#frame);
  }

  end(): void {
    this.renderer.follow({ type: 'end' }, this.#frame);
  }

  #packet(i: number): AudioPacket {
    const length = this.packetMs * 48;
    const begin = this.#begin + i * length;
    const samples = Float32Array.from({ length }, (_, index) => tone(begin + index));
    const packet = new Uint8Array(1276);
    const payload = packet.slice(0, this.#encoders[this.packetMs].encode(samples, packet));
    const captureTime = SENDER_AHEAD + begin / 48;
    const durationMs = this.packetMs;
    return { sequence: this.#sent++, captureTime, payload, durationMs, isDtx: false, hasFec: false, redundancy: [] };
  }
}

/** ms from capture to the worklet's output, as each status has it. */
const latenciesOf = (bench: Bench) =>
  bench.statuses.flatMap(({ heard }) => (heard ? [heard.at - WORKER_AHEAD - (heard.captureTime - SENDER_AHEAD)] : []));

const steepest = (sound: readonly number[]) =>
  sound.reduce((most, sample, i) => Math.max(most, Math.abs(sample - (sound[i - 1] ?? 0))), 0);
const STEEPEST_TONE = steepest(Array.from({ length: 1000 }, (_, i) => tone(i)));

describe('the renderer in the playout worklet', () => {
  for (const [burst, packetMs] of [
    [128, 20],
    [512, 20],
    [1024, 20],
    [128, 10],
    [512, 10],
  ] as const) {
    it(`plays packets of ${packetMs} ms without a queue or a splice, in bursts of ${burst} samples`, async () => {
      const bench = new Bench();
      bench.packetMs = packetMs;
      await bench.load();
      bench.begin();
      const way = random(1);
      bench.play({ seconds: 12, burst, wayOf: () => 30 + 3 * way() });
      assert.ok(medianToneSnr(bench.played.slice(-96_000)) > 30);
      const settled = bench.statuses.slice(30);
      assert.ok(settled.every(({ concealedSamples }) => concealedSamples === 0));
      const latencies = latenciesOf(bench).slice(60);
      const [least, most] = [Math.min(...latencies), Math.max(...latencies)];
      assert.ok(most - least < 4, `${least} to ${most} ms: sound was spliced`);
      // A packet, its way, and the time until a burst: the estimate of the clocks is off by a ms or two.
      assert.ok(most < packetMs + 30 + 3 + Math.max(burst / 48 + 6, 20), `${most} ms`);
    });
  }

  it('holds nothing back for a context that loses time, and works off what that makes late', async () => {
    const bench = new Bench();
    bench.packetMs = 10;
    await bench.load();
    bench.begin();
    const way = random(2);
    bench.play({ seconds: 20, burst: 128, wayOf: () => 30 + 3 * way(), losesPerSecond: 8 });
    const latencies = latenciesOf(bench).slice(60);
    assert.ok(Math.max(...latencies) < 10 + 33 + 15, `${Math.max(...latencies)} ms`);
    // The context is behind the packets in the end, and goes on without them.
    assert.ok(bench.statuses.slice(60, -3).every(({ concealedSamples }) => concealedSamples === 0));
    assert.ok(medianToneSnr(bench.played.slice(-144_000, -48_000)) > 30);
  });

  it('knows when its sound leaves the worklet, by the clock of the worker', async () => {
    const bench = new Bench();
    await bench.load();
    bench.begin();
    bench.play({ seconds: 0.5 });
    const onset = bench.played.findIndex((sample) => Math.abs(sample) > 0.01) / 48 - LOOKAHEAD_MS;
    const [first] = latenciesOf(bench);
    assert.ok(Math.abs((first ?? Infinity) - onset) < 5, `${first} and ${onset} ms`);
  });

  it('tells at once when sound has been played long enough to be heard, and each 100 ms that it is there', async () => {
    const bench = new Bench();
    await bench.load();
    bench.play({ seconds: 1 });
    assert.ok(bench.statuses.length >= 9);
    assert.ok(bench.statuses.every(({ playedSamples, heard }) => playedSamples === 0 && !heard));
    assert.ok(bench.played.every((sample) => sample === 0));
    bench.reports.length = 0;
    bench.begin();
    const start = bench.played.length;
    let toldAfter = Infinity;
    bench.play({
      seconds: 1,
      wayOf: () => 1030,
      before: () => {
        const heardAt = bench.played.findIndex((sample, i) => i >= start && sample !== 0);
        if (toldAfter === Infinity && bench.statuses.some(({ playedSamples }) => playedSamples >= 80 * 48)) {
          toldAfter = (bench.played.length - heardAt) / 48;
        }
      },
    });
    assert.ok(toldAfter < 120, `${toldAfter} ms`);
  });

  it('tells how long sound takes to be made, by a clock that may be set', async () => {
    const bench = new Bench();
    await bench.load();
    bench.begin();
    bench.decodeMs = 0.25;
    bench.play({ seconds: 2 });
    const sum = (of: (status: RendererStatus) => number) => bench.statuses.reduce((total, one) => total + of(one), 0);
    assert.ok(sum(({ decodes }) => decodes) >= 95);
    for (const set of [-3_600_000, 3_600_000]) {
      bench.reports.length = 0;
      bench.decodeMs = set;
      bench.play({ seconds: 0.2 });
      bench.decodeMs = 0.25;
      bench.play({ seconds: 1 });
      assert.equal(
        sum(({ codecMs }) => codecMs),
        0.25 * sum(({ decodes }) => decodes),
      );
    }
  });

  it('makes up sound to the end of a burst in one piece', async () => {
    const madeUp: number[] = [];
    const bench = new Bench(async (input) => {
      const decoding = await initDecoding(input);
      const createDecoder: Decoding['createDecoder'] = (options) => {
        const decoder = decoding.createDecoder(options);
        const conceal = decoder.conceal.bind(decoder);
        decoder.conceal = (samples, count) => {
          madeUp.push(count ?? 0);
          return conceal(samples, count);
        };
        return decoder;
      };
      return { module: decoding.module, createDecoder };
    });
    bench.packetMs = 10;
    await bench.load();
    bench.begin();
    bench.play({ seconds: 5 });
    madeUp.length = 0;
    // Six bursts, and what was there.
    bench.play({ seconds: 1, wayOf: (i) => 30 + (i >= 50 && i < 58 ? (58 - i) * 10 : 0) });
    const sum = madeUp.reduce((total, samples) => total + samples, 0);
    assert.ok(madeUp.length > 2 && madeUp.length <= sum / 512 + 2, madeUp.join(', '));
  });

  it('begins and ends softly, again and again', async () => {
    const bench = new Bench();
    await bench.load();
    let next = 400;
    let isPlaying = false;
    bench.play({
      seconds: 3,
      before: (ms) => {
        if (ms < next) return;
        next += 350;
        isPlaying = !isPlaying;
        if (isPlaying) bench.begin();
        else bench.end();
      },
    });
    assert.ok(steepest(bench.played) < 1.5 * STEEPEST_TONE, `${steepest(bench.played)} of ${STEEPEST_TONE}`);
    assert.ok(bench.played.some((sample) => Math.abs(sample) > 0.1));
  });

  for (const packetMs of [10, 20] as const) {
    it(`holds packets of ${packetMs} ms back for as long as lip sync wants it, unheard`, async () => {
      const bench = new Bench();
      bench.packetMs = packetMs;
      await bench.load();
      bench.begin();
      bench.play({
        seconds: 15,
        before: (ms) => {
          bench.renderer.follow({ type: 'extra-delay', ms: ms > 4000 && ms < 8000 ? 60 : 0 }, bench.played.length);
        },
      });
      const latencies = latenciesOf(bench);
      const added = (latencies[75] ?? 0) - (latencies[30] ?? 0);
      assert.ok(added > 50 && added < 70, `${added} ms`);
      const left = (latencies.at(-1) ?? 0) - (latencies[30] ?? 0);
      assert.ok(left < 15, `${left} ms after it`);
      assert.ok(bench.statuses.slice(30).every(({ concealedSamples }) => concealedSamples === 0));
      assert.ok(medianToneSnr(bench.played.slice(3 * 48_000)) > 30);
      assert.ok(steepest(bench.played) < 1.2 * STEEPEST_TONE, `${steepest(bench.played)}`);
    });
  }

  it('goes on where packets get another duration', async () => {
    const bench = new Bench();
    await bench.load();
    bench.begin();
    for (const packetMs of [20, 10, 20] as const) {
      bench.packetMs = packetMs;
      bench.reports.length = 0;
      bench.play({ seconds: 3 });
      const concealed = bench.statuses.slice(1).reduce((sum, { concealedSamples }) => sum + concealedSamples, 0);
      assert.ok(concealed < 60 * 48, `${concealed / 48} ms made up with packets of ${packetMs} ms`);
      assert.ok(medianToneSnr(bench.played.slice(-48_000)) > 30);
    }
  });

  for (const [what, payload, packetMs] of [
    ['far', ABSURD, 20],
    ['a little', LOUD, 10],
  ] as const) {
    it(`plays no packet whose sound is ${what} beyond full scale, and the next ones as if it had not been there`, async () => {
      const bench = new Bench();
      bench.packetMs = packetMs;
      await bench.load();
      bench.begin();
      bench.play({ seconds: 1 });
      bench.reports.length = 0;
      const start = bench.played.length;
      bench.play({ seconds: 2, insteadOf: (i) => (i >= 10 && i < 40 && i % 2 === 0 ? payload : undefined) });
      assert.ok(bench.reports.some(({ type }) => type === 'undecodable'));
      assert.ok(bench.reports.every(({ type }) => type !== 'failed'));
      const loudest = bench.played.slice(start).reduce((most, sample) => Math.max(most, Math.abs(sample)), 0);
      assert.ok(loudest < 0.5, `${loudest}, of a tone of 0.3`);
      assert.ok(medianToneSnr(bench.played.slice(-48_000)) > 30);
    });
  }

  it('says that its decoder has failed, plays silence, and tries anew when it gets the module again', async () => {
    let broken = false;
    const bench = new Bench(async (input) => breakable(await initDecoding(input), () => broken));
    await bench.load();
    assert.deepEqual(bench.reports, [{ type: 'ready' }]);
    bench.begin();
    bench.play({ seconds: 2, before: (ms) => (broken = ms > 1000) });
    assert.equal(bench.reports.filter(({ type }) => type === 'failed').length, 1);
    assert.ok(bench.reports.some(({ type }) => type === 'undecodable'));
    assert.ok(bench.played.slice(-24_000).every((sample) => sample === 0));
    broken = false;
    bench.reports.length = 0;
    await bench.load();
    assert.deepEqual(bench.reports, [{ type: 'ready' }]);
  });

  it('says so when there is no codec to be had', async () => {
    const bench = new Bench(() => Promise.reject(new CodecError('load-failed', 'no module')));
    await bench.load();
    assert.deepEqual(
      bench.reports.map(({ type }) => type),
      ['failed'],
    );
  });
});

/** Its decoders refuse everything while they are broken. */
function breakable(codec: Decoding, isBroken: () => boolean): Decoding {
  const createDecoder: Decoding['createDecoder'] = (options) => {
    const decoder = codec.createDecoder(options);
    const decode = decoder.decode.bind(decoder);
    decoder.decode = (packet, samples) => {
      if (isBroken()) throw new CodecError('corrupt-packet', 'not of Opus');
      return decode(packet, samples);
    };
    return decoder;
  };
  return { module: codec.module, createDecoder };
}
