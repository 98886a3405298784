export { codecsBuilt } from './codecs.js';
export { assertCallsPossible, devicesGranted, openDevices } from './devices.js';
export type { OpenDevicesOptions, OpenedDevices } from './devices.js';
export type { FrameEncryptionState } from './media-core.js';
export { MediaError, toMediaError } from './errors.js';
export type { MediaErrorCode } from './errors.js';
export { PeerSession } from './peer-session.js';
export type { PeerConnectivity, PeerSessionObserver, PeerSessionOptions, RemoteCandidateInit } from './peer-session.js';
export type { CallStatistics, Directions, MediaCoreStatistics, MediaStatistics } from './statistics.js';
