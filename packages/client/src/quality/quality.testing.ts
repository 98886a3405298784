import type { MediaStatistics } from '@xmpp-call/media';
import type { CallStatistics } from '../api.js';

type Kind = 'audio' | 'video';
type Direction = 'send' | 'receive';
type Change = Partial<Omit<CallStatistics, 'audio' | 'video' | 'streams' | 'timestamp'>> &
  Partial<Record<`${Kind}-${Direction}`, Partial<MediaStatistics>>>;

/** Packets per second of each stream. */
export const PACKETS = 50;

const MEDIA: MediaStatistics = {
  codec: undefined,
  bitrate: 0,
  packets: 0,
  packetsLost: 0,
  jitterMs: 2,
  frames: undefined,
  width: undefined,
  height: undefined,
};

/** The statistics of an audio call (video where a change has some) after `second` s of a clean network, but for what is changed. */
export function statistics(second: number, change: Change = {}): CallStatistics {
  const { 'audio-send': audioSent, 'audio-receive': audioReceived, ...rest } = change;
  const { 'video-send': videoSent, 'video-receive': videoReceived, ...session } = rest;
  const stream = (kind: Kind, direction: Direction, changed: Partial<MediaStatistics> | undefined) => ({
    ...MEDIA,
    mid: kind === 'audio' ? '0' : '1',
    kind,
    direction,
    packets: second * PACKETS,
    ...(kind === 'video' && { frames: second * 30 }),
    ...changed,
  });
  return {
    timestamp: second * 1000,
    roundTripTimeMs: 40,
    localCandidateType: 'host',
    remoteCandidateType: 'host',
    audio: { sent: undefined, received: undefined },
    video: { sent: undefined, received: undefined },
    streams: [
      stream('audio', 'send', audioSent),
      stream('audio', 'receive', audioReceived),
      ...(videoSent ? [stream('video', 'send', videoSent)] : []),
      ...(videoReceived ? [stream('video', 'receive', videoReceived)] : []),
    ],
    ...session,
  };
}
