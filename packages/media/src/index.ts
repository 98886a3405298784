export { assertCallsPossible, devicesGranted, openCamera, openDevices, openMicrophone, openScreen } from './devices.js';
export type { DeviceChoice, OpenDeviceOptions, OpenDevicesOptions, OpenedDevices } from './devices.js';
export type { RemoteCandidateInit } from './ice.js';
export type { CandidateFacts, IceEvent, IceLog, IceLogEntry } from './ice-log.js';
export { MediaError, toMediaError } from './errors.js';
export type { DeviceKind, MediaErrorCode } from './errors.js';
export { Microphone } from './microphone.js';
export type { MicrophoneOptions } from './microphone.js';
export { PeerSession } from './peer-session.js';
export type { ContentId } from './local-contents.js';
export type { PeerConnectivity, PeerSessionObserver, PeerSessionOptions } from './peer-session.js';
export type { MediaKind } from './transceivers.js';
export type {
  Directions,
  MediaStatistics,
  NetworkPath,
  PathEnd,
  QualityLimitation,
  SessionStatistics,
  StreamStatistics,
} from './statistics.js';
export type { ReceivedContent } from './received-contents.js';
