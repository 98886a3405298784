import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { inspectPacket } from '@xmpp-call/opus';
import { speech } from '@xmpp-call/wasm-testing';
import { parseTrailer } from '../../core/frames/frame-trailer.js';
import { bursts } from '../../core/dsp/signals.testing.js';
import { AUDIO_CARRIER, connect, type LinkOptions, OPUS, Peer, SHORT_CARRIER, TOKENS } from '../call.testing.js';
import { VirtualClock } from '../simulation.testing.js';

const SECONDS = 12;
const voice = speech({ sampleRate: 48_000, seconds: SECONDS });
const say = (index: number) => voice[index % voice.length] ?? 0;
/** Loses 20 % of the packets, in bursts. */
const LOSSY = { delayMs: 20, jitterMs: 10, loss: 0.2, burst: 2.5 };

describe('audio with 20 % of packets lost in bursts', () => {
  for (const frameMs of [10, 20]) {
    it(`is recovered by copies to a large part between two cores, in packets of ${frameMs} ms`, async () => {
      const { concealed, latencyMs, copies } = await lossyCall({ ...LOSSY, frameMs });
      assert.ok(copies >= 2, `${copies} copies`);
      assert.ok(concealed < 0.06, `${(concealed * 100).toFixed(1)} % concealed`);
      assert.ok(latencyMs < 260, `${latencyMs} ms`);
    });
  }

  it('is sent with FEC to a plain peer, which reports loss by RTCP', async () => {
    const clean = await plainPeerCall(0);
    const lossy = await plainPeerCall(0.2);
    const withFec = (packets: readonly Uint8Array[]) =>
      packets.filter((packet) => inspectPacket(packet).hasFec).length / packets.length;
    assert.equal(withFec(clean), 0);
    assert.ok(withFec(lossy) > 0.4, `${withFec(lossy)} of the packets`);
    const isLost = bursts(0.2, 1.2, 3);
    const lost = lossy.map(() => isLost());
    const recovered = lost.filter((value, i) => value && lost[i + 1] === false && inspect(lossy[i + 1])?.hasFec).length;
    assert.ok(recovered > 0.3 * lost.filter(Boolean).length, `${recovered} recovered`);
    assert.ok(playWithFec(lossy, lost), 'the decoder recovers packets from FEC');
  });

  it('is sent with fewer copies during congestion, which they would increase', async () => {
    const { concealed, copies } = await lossyCall({ ...LOSSY, growingMs: 6 });
    assert.ok(copies <= 2, `${copies} copies`);
    assert.ok(concealed > 0.05);
  });
});

interface LossyCall extends LinkOptions {
  /** Increase of the delay from packet to packet [ms]. */
  readonly growingMs?: number;
  readonly frameMs?: number;
}

async function lossyCall({ growingMs = 0, frameMs = 20, ...link }: LossyCall) {
  const clock = new VirtualClock();
  const anna = new Peer(clock, { name: 'initiator' });
  const ben = new Peer(clock, { name: 'responder' });
  anna.meet();
  ben.meet();
  await anna.ready();
  await ben.ready();
  connect(clock, anna, ben, 'audio', link);
  connect(clock, ben, anna, 'audio', { delayMs: 20, jitterMs: 10 });
  if (growingMs > 0) {
    const { send } = anna.transformers.audio;
    const deliver = send.onWrite;
    let queueMs = 0;
    send.onWrite = (data) => {
      queueMs = Math.min(queueMs + growingMs, 400);
      clock.after(queueMs, () => deliver(data));
    };
  }
  const carrier = frameMs === 10 ? SHORT_CARRIER : AUDIO_CARRIER;
  anna.speak(say, carrier, frameMs);
  ben.speak(say, carrier, frameMs);
  ben.listen();
  await clock.advance(SECONDS * 1000);
  const samples = ben.of('statistics').slice(3);
  const sum = (of: (sample: (typeof samples)[number]['sample']) => number) =>
    samples.reduce((total, { sample }) => total + of(sample), 0);
  const concealed =
    sum(({ audio }) => audio.receive.concealedSamples) / sum(({ audio }) => audio.receive.playedSamples);
  const latencyMs = samples.at(-1)?.sample.latencyMs.audio ?? assert.fail();
  const copies = Math.max(...anna.transformers.audio.send.written.slice(-50).map(copiesIn));
  for (const peer of [anna, ben]) {
    peer.leave();
    peer.worker.handle({ type: 'stop' });
  }
  return { concealed, latencyMs, copies };
}

function copiesIn(frame: Uint8Array): number {
  const parsed = parseTrailer(frame, TOKENS.responder);
  return parsed.ok ? parsed.trailer.redundancy.length : 0;
}

/** Returns the packets sent to a plain peer. */
async function plainPeerCall(lossFraction: number): Promise<readonly Uint8Array[]> {
  const clock = new VirtualClock();
  const anna = new Peer(clock, { name: 'initiator' });
  await anna.ready();
  anna.measureNetwork(600_000, 40, lossFraction);
  anna.speak(say);
  await clock.advance(4000);
  anna.leave();
  anna.worker.handle({ type: 'stop' });
  return anna.transformers.audio.send.written.slice(50);
}

function inspect(packet: Uint8Array | undefined) {
  return packet && inspectPacket(packet);
}

/** Returns whether every lost packet is decoded from the FEC of its successor, if that has arrived. */
function playWithFec(packets: readonly Uint8Array[], lost: readonly boolean[]): boolean {
  const decoder = OPUS.createDecoder({ sampleRate: 48_000, channels: 1 });
  const samples = new Float32Array(5760);
  const lengths = packets.flatMap((packet, i) => {
    if (lost[i]) return [];
    const before = i > 0 && lost[i - 1] ? [decoder.decodeFec(packet, samples, 960)] : [];
    return [...before, decoder.decode(packet, samples)];
  });
  decoder.dispose();
  return lengths.every((length) => length === 960);
}
