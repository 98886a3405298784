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
/** Lookahead of the encoder [ms]. */
const LOOKAHEAD_MS = 6.5;
/** Offsets of the sender's and the worker's clock [ms]. */
const SENDER_AHEAD = 77_000;
const WORKER_AHEAD = 1_000_000;
const bytes = Uint8Array.from(await readFile(new URL(import.meta.resolve('@xmpp-call/opus/opus_bg.wasm')))).buffer;
const opus = await init(bytes);

interface Playing {
  readonly seconds: number;
  /** Length of a render burst [samples]. */
  readonly burst?: number;
  /** Transit time of packet `i` [ms]. */
  readonly transitOf?: (i: number) => number;
  /** Called before the burst at `ms`. */
  readonly before?: (ms: number) => void;
  /** Time that the context loses per second [ms], one quantum at a time. */
  readonly losesPerSecond?: number;
  /** Payload of packet `i` in place of the tone; undefined for the tone. */
  readonly insteadOf?: (i: number) => Uint8Array | undefined;
}

/** Valid packets of 20 and 10 ms that decode to peaks of 6,245,119 and 22. */
const ABSURD = Uint8Array.from(
  Buffer.from('b8a9fea211096dee0c2340715b17b0ac80df67e47465c8ead4db992ffdcec503b53ed789d2a86ed512c4bc400472d8', 'hex'),
);
const LOUD = Uint8Array.of(0xd0, 0x6f, 0x7b, 0xf8);

/** A renderer in a context that renders in bursts, which receives packets of a tone. */
class Bench {
  readonly played: number[] = [];
  readonly reports: RendererMessage[] = [];
  readonly renderer: PlayoutRenderer;
  readonly #encoders = {
    10: opus.createEncoder({ sampleRate: 48_000, channels: 1, bitrate: 64_000, frameDuration: 10 }),
    20: opus.createEncoder({ sampleRate: 48_000, channels: 1, bitrate: 64_000, frameDuration: 20 }),
  };
  /** Time between two readings of the clock [ms]. */
  decodeMs = 0;
  clock = 0;
  #frame = 0;
  #sent = 0;
  /** Time that the context has lost [ms]. */
  #lostMs = 0;
  /** Position of the next packet in the tone [samples]. */
  #begin = 0;
  /** Duration of a packet [ms]. */
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
    transitOf = () => 30,
    before = () => undefined,
    losesPerSecond = 0,
    insteadOf,
  }: Playing): void {
    const packets = Array.from({ length: (seconds * 1000) / this.packetMs }, (_, i) => {
      const made = this.#packet(i);
      const packet = { ...made, payload: insteadOf?.(i) ?? made.payload };
      return { packet, at: packet.captureTime - SENDER_AHEAD + this.packetMs + transitOf(i) };
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

/** Returns the latency between capture and rendering in each status [ms]. */
const latenciesOf = (bench: Bench) =>
  bench.statuses.flatMap(({ heard }) => (heard ? [heard.at - WORKER_AHEAD - (heard.captureTime - SENDER_AHEAD)] : []));

const largestStep = (samples: readonly number[]) =>
  samples.reduce((most, sample, i) => Math.max(most, Math.abs(sample - (samples[i - 1] ?? 0))), 0);
const TONE_STEP = largestStep(Array.from({ length: 1000 }, (_, i) => tone(i)));

describe('PlayoutRenderer', () => {
  for (const [burst, packetMs] of [
    [128, 20],
    [512, 20],
    [1024, 20],
    [128, 10],
    [512, 10],
  ] as const) {
    it(`plays packets of ${packetMs} ms with a constant low latency in bursts of ${burst} samples`, async () => {
      const bench = new Bench();
      bench.packetMs = packetMs;
      await bench.load();
      bench.begin();
      const jitter = random(1);
      bench.play({ seconds: 12, burst, transitOf: () => 30 + 3 * jitter() });
      assert.ok(medianToneSnr(bench.played.slice(-96_000)) > 30);
      const settled = bench.statuses.slice(30);
      assert.ok(settled.every(({ concealedSamples }) => concealedSamples === 0));
      const latencies = latenciesOf(bench).slice(60);
      const [least, most] = [Math.min(...latencies), Math.max(...latencies)];
      assert.ok(most - least < 4, `${least} to ${most} ms: audio was spliced`);
      // Duration, transit time, and time until a burst. The estimated clock offset deviates by 1 to 2 ms.
      assert.ok(most < packetMs + 30 + 3 + Math.max(burst / 48 + 6, 20), `${most} ms`);
    });
  }

  it('does not raise the playout delay for a context that loses time, and removes the delay that this causes', async () => {
    const bench = new Bench();
    bench.packetMs = 10;
    await bench.load();
    bench.begin();
    const jitter = random(2);
    bench.play({ seconds: 20, burst: 128, transitOf: () => 30 + 3 * jitter(), losesPerSecond: 8 });
    const latencies = latenciesOf(bench).slice(60);
    assert.ok(Math.max(...latencies) < 10 + 33 + 15, `${Math.max(...latencies)} ms`);
    // At the end the context is behind the packets, so that the last ones are missing.
    assert.ok(bench.statuses.slice(60, -3).every(({ concealedSamples }) => concealedSamples === 0));
    assert.ok(medianToneSnr(bench.played.slice(-144_000, -48_000)) > 30);
  });

  it('reports when audio is rendered, on the clock of the worker', async () => {
    const bench = new Bench();
    await bench.load();
    bench.begin();
    bench.play({ seconds: 0.5 });
    const onset = bench.played.findIndex((sample) => Math.abs(sample) > 0.01) / 48 - LOOKAHEAD_MS;
    const [first] = latenciesOf(bench);
    assert.ok(Math.abs((first ?? Infinity) - onset) < 5, `${first} and ${onset} ms`);
  });

  it('sends a status every 100 ms, and one soon after 80 ms of audio were played', async () => {
    const bench = new Bench();
    await bench.load();
    bench.play({ seconds: 1 });
    assert.ok(bench.statuses.length >= 9);
    assert.ok(bench.statuses.every(({ playedSamples, heard }) => playedSamples === 0 && !heard));
    assert.ok(bench.played.every((sample) => sample === 0));
    bench.reports.length = 0;
    bench.begin();
    const start = bench.played.length;
    let reportedAfter = Infinity;
    bench.play({
      seconds: 1,
      transitOf: () => 1030,
      before: () => {
        const heardAt = bench.played.findIndex((sample, i) => i >= start && sample !== 0);
        if (reportedAfter === Infinity && bench.statuses.some(({ playedSamples }) => playedSamples >= 80 * 48)) {
          reportedAfter = (bench.played.length - heardAt) / 48;
        }
      },
    });
    assert.ok(reportedAfter < 120, `${reportedAfter} ms`);
  });

  it('reports the time of decoding although the clock is set meanwhile', async () => {
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

  it('conceals audio up to the end of a burst in one decoder call', async () => {
    const concealed: number[] = [];
    const bench = new Bench(async (input) => {
      const decoding = await initDecoding(input);
      const createDecoder: Decoding['createDecoder'] = (options) => {
        const decoder = decoding.createDecoder(options);
        const conceal = decoder.conceal.bind(decoder);
        decoder.conceal = (samples, count) => {
          concealed.push(count ?? 0);
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
    concealed.length = 0;
    // The missing audio spans about six bursts.
    bench.play({ seconds: 1, transitOf: (i) => 30 + (i >= 50 && i < 58 ? (58 - i) * 10 : 0) });
    const sum = concealed.reduce((total, samples) => total + samples, 0);
    assert.ok(concealed.length > 2 && concealed.length <= sum / 512 + 2, concealed.join(', '));
  });

  it('fades in at each start and out at each end', async () => {
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
    assert.ok(largestStep(bench.played) < 1.5 * TONE_STEP, `${largestStep(bench.played)} of ${TONE_STEP}`);
    assert.ok(bench.played.some((sample) => Math.abs(sample) > 0.1));
  });

  for (const packetMs of [10, 20] as const) {
    it(`delays packets of ${packetMs} ms for lip sync, and removes the delay, without audible steps`, async () => {
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
      assert.ok(largestStep(bench.played) < 1.2 * TONE_STEP, `${largestStep(bench.played)}`);
    });
  }

  it('continues when the packet duration changes', async () => {
    const bench = new Bench();
    await bench.load();
    bench.begin();
    for (const packetMs of [20, 10, 20] as const) {
      bench.packetMs = packetMs;
      bench.reports.length = 0;
      bench.play({ seconds: 3 });
      const concealed = bench.statuses.slice(1).reduce((sum, { concealedSamples }) => sum + concealedSamples, 0);
      assert.ok(concealed < 60 * 48, `${concealed / 48} ms concealed with packets of ${packetMs} ms`);
      assert.ok(medianToneSnr(bench.played.slice(-48_000)) > 30);
    }
  });

  for (const [what, payload, packetMs] of [
    ['far', ABSURD, 20],
    ['a little', LOUD, 10],
  ] as const) {
    it(`replaces packets that decode to samples ${what} beyond full scale, and plays the next ones unchanged`, async () => {
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

  it('reports a failed decoder, plays silence, and creates a new decoder when it gets the module again', async () => {
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

  it('reports that the codec cannot be loaded', async () => {
    const bench = new Bench(() => Promise.reject(new CodecError('load-failed', 'no module')));
    await bench.load();
    assert.deepEqual(
      bench.reports.map(({ type }) => type),
      ['failed'],
    );
  });
});

/** Makes decoders that refuse every packet while `isBroken`. */
function breakable(codec: Decoding, isBroken: () => boolean): Decoding {
  const createDecoder: Decoding['createDecoder'] = (options) => {
    const decoder = codec.createDecoder(options);
    const decode = decoder.decode.bind(decoder);
    decoder.decode = (packet, samples) => {
      if (isBroken()) throw new CodecError('corrupt-packet', 'not an Opus packet');
      return decode(packet, samples);
    };
    return decoder;
  };
  return { module: codec.module, createDecoder };
}
