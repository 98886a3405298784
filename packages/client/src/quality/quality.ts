export { CallQuality } from './call-quality.js';
export type { CallQualityEventMap, CallQualityOptions, MeasuredCall, QualityReport } from './call-quality.js';
export type { QualityCause, QualityLevel } from './judge-second.js';
