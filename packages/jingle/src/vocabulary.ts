import type { Candidate, CandidateType, DtlsSetup, MediaKind, Role, Senders } from './model.js';

/** The words that Jingle and SDP have in common, each list for all who read them. */
export const MEDIA_KINDS: readonly MediaKind[] = ['audio', 'video'];
export const ROLES: readonly Role[] = ['initiator', 'responder'];
export const SENDERS: readonly Senders[] = ['both', 'none', ...ROLES];
export const CANDIDATE_TYPES: readonly CandidateType[] = ['host', 'prflx', 'relay', 'srflx'];
export const TCP_TYPES: readonly NonNullable<Candidate['tcptype']>[] = ['active', 'passive', 'so'];
export const SETUPS: readonly DtlsSetup[] = ['active', 'passive', 'actpass', 'holdconn'];
