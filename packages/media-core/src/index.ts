export { MediaCore } from './media-core.js';
export type { FrameEncryptionState, MediaCoreOptions } from './media-core-options.js';
export { missingCoreStatistics } from './media-core-statistics.js';
export type { MediaCoreStatistics } from './media-core-statistics.js';
