export { SAFETY_CODE_NAMESPACE } from './derivation.js';
export type { SafetyCode, SafetyContext, SafetyRole } from './derivation.js';
export type { SafetyEmoji } from './emoji.js';
export { fingerprintsOf } from './fingerprints.js';
export { confirmSafetyCode, receiveSafetyMessage, startSafetyCode } from './exchange.js';
export type { SafetyFailure, SafetyMessage, SafetyStart, SafetyState, SafetyStep } from './exchange.js';
