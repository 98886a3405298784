import type { Peer } from './peer.js';

type Stat = Readonly<Record<string, unknown>>;

/** Counters since the beginning of the call; 0 where the browser does not count. */
export interface TransportReading {
  /** Sent video without headers. */
  readonly videoBytesSent: number;
  readonly videoFramesSent: number;
  readonly videoFramesDecoded: number;
  /** Picture loss indications (PLI) that this side has sent. */
  readonly picturesLost: number;
  readonly keyFramesDecoded: number;
  readonly freezes: number;
  /** ms */
  readonly frozenMs: number;
  /** Frames that the video element has presented; in Firefox, which has no such figure, those decoded. */
  readonly videoFramesShown: number;
}

export async function readTransport({ connection, video }: Peer): Promise<TransportReading> {
  const stats: Stat[] = [];
  (await connection?.getStats())?.forEach((stat: Stat) => stats.push(stat));
  const of = (type: string) => stats.find((stat) => stat.type === type && stat.kind === 'video');
  const [sent, received] = [of('outbound-rtp'), of('inbound-rtp')];
  const number = (stat: Stat | undefined, name: string) => Number(stat?.[name] ?? 0);
  const { totalVideoFrames, droppedVideoFrames } = video.getVideoPlaybackQuality();
  return {
    videoBytesSent: number(sent, 'bytesSent'),
    videoFramesSent: number(sent, 'framesSent'),
    videoFramesDecoded: number(received, 'framesDecoded'),
    picturesLost: number(received, 'pliCount'),
    keyFramesDecoded: number(received, 'keyFramesDecoded'),
    freezes: number(received, 'freezeCount'),
    frozenMs: number(received, 'totalFreezesDuration') * 1000,
    videoFramesShown: totalVideoFrames > 0 ? totalVideoFrames - droppedVideoFrames : number(received, 'framesDecoded'),
  };
}
