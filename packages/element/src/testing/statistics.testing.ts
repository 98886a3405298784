import type { CallStatistics } from '@xmpp-call/client';
import { until } from './fixture.testing.js';
import type { FakeCall } from './fake-client.testing.js';
import type { FakeClock } from './fake-clock.testing.js';

/** An audio call after some seconds, of whose sound a fraction is lost on the way to us or from us. */
export function statisticsAt(second: number, { received = 0, sent = 0 } = {}): CallStatistics {
  const packets = second * 50;
  const stream = { mid: '0', kind: 'audio', codec: 'audio/opus', bitrate: 31_900, jitterMs: 2, packets } as const;
  const none = { frames: undefined, width: undefined, height: undefined };
  const end = { protocol: 'udp', address: '192.0.2.77' } as const;
  return {
    timestamp: second * 1000,
    roundTripTimeMs: 42,
    localCandidateType: 'relay',
    remoteCandidateType: 'host',
    path: {
      local: { ...end, type: 'relay', relayProtocol: 'tls' },
      remote: { ...end, type: 'host', relayProtocol: undefined },
    },
    audio: { sent: undefined, received: undefined },
    video: { sent: undefined, received: undefined },
    streams: [
      { ...stream, ...none, direction: 'send', packetsLost: packets * sent, lossFraction: sent },
      { ...stream, ...none, direction: 'receive', packets: packets * (1 - received), packetsLost: packets * received },
    ],
  };
}

/** Lets a call of a still clock have these losses for some seconds. @returns the second that was reached */
export async function passSeconds(
  call: FakeCall,
  clock: FakeClock,
  count: number,
  loss: Parameters<typeof statisticsAt>[1] = {},
): Promise<void> {
  for (let i = 0; i < count; i++) {
    const taken = call.samples;
    call.statistics = statisticsAt(taken + 1, loss);
    await until(() => {
      clock.advance(call.samples === taken ? 1000 : 0);
      return call.samples > taken;
    });
  }
}
