/**
 * Receiver report to the peer, in the trailer of an audio frame. Integers are big-endian.
 *
 *     videoBitrate | queueDelay | videoLoss | audioLoss | burst | sentAt | echoedAt | heldFor
 *        4               2            1           1         1       6        6          2      bytes
 */
export interface PeerReport {
  /** Received bitrate of video [bits/s], below 2^32. */
  readonly videoBitrate: number;
  /** Queue delay on the network path [ms], at most 65,535. */
  readonly queueDelayMs: number;
  /** 0 to 1, in steps of 1/255: video frames lost in spite of retransmission. */
  readonly videoLoss: number;
  /** 0 to 1, in steps of 1/255: audio packets lost before any recovery. */
  readonly audioLoss: number;
  /** Mean number of consecutive lost audio packets: 1 to 32.875, in steps of 1/8. */
  readonly meanBurst: number;
  /** Sending time on the reporter's clock [whole ms], below 2^48. */
  readonly sentAt: number;
  /** Echo of the peer's last report, if any, from which the peer derives the clock offset (RFC 5905 §8). */
  readonly echo?: {
    /** `sentAt` of that report. */
    readonly sentAt: number;
    /** Time between the arrival of that report and the sending of this one [ms], at most 65,535. */
    readonly heldMs: number;
  };
}

export const PEER_REPORT_BYTES = 23;

const MAX_U16 = 0xffff;
const MAX_U32 = 0xffff_ffff;
const BURST_STEPS = 8;
/** `echoedAt` without an echo. */
const NO_TIME = 0;

/** Writes a report; values out of range are clamped. */
export function writePeerReport(into: Uint8Array, offset: number, report: PeerReport): void {
  const view = new DataView(into.buffer, into.byteOffset + offset, PEER_REPORT_BYTES);
  view.setUint32(0, whole(report.videoBitrate, MAX_U32));
  view.setUint16(4, whole(report.queueDelayMs, MAX_U16));
  view.setUint8(6, whole(report.videoLoss * 255, 255));
  view.setUint8(7, whole(report.audioLoss * 255, 255));
  view.setUint8(8, whole((report.meanBurst - 1) * BURST_STEPS, 255));
  setTime(view, 9, report.sentAt);
  setTime(view, 15, report.echo?.sentAt ?? NO_TIME);
  view.setUint16(21, whole(report.echo?.heldMs ?? 0, MAX_U16));
}

/** Reads a report; undefined if `writePeerReport` cannot have written it. */
export function readPeerReport(from: Uint8Array, offset: number): PeerReport | undefined {
  const view = new DataView(from.buffer, from.byteOffset + offset, PEER_REPORT_BYTES);
  const echoed = getTime(view, 15);
  const heldMs = view.getUint16(21);
  if (echoed === NO_TIME && heldMs !== 0) return undefined;
  return {
    videoBitrate: view.getUint32(0),
    queueDelayMs: view.getUint16(4),
    videoLoss: view.getUint8(6) / 255,
    audioLoss: view.getUint8(7) / 255,
    meanBurst: 1 + view.getUint8(8) / BURST_STEPS,
    sentAt: getTime(view, 9),
    ...(echoed !== NO_TIME && { echo: { sentAt: echoed, heldMs } }),
  };
}

function whole(value: number, most: number): number {
  return Math.min(Math.max(Math.round(value) || 0, 0), most);
}

function setTime(view: DataView, offset: number, time: number): void {
  const ms = whole(time, 2 ** 48 - 1);
  view.setUint16(offset, Math.floor(ms / 2 ** 32));
  view.setUint32(offset + 2, ms % 2 ** 32);
}

function getTime(view: DataView, offset: number): number {
  return view.getUint16(offset) * 2 ** 32 + view.getUint32(offset + 2);
}
