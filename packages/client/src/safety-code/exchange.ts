import { NONCE_BYTES, codeOf, commitmentOf } from './derivation.js';
import type { SafetyCode, SafetyContext, SafetyRole } from './derivation.js';

type Bytes = Uint8Array<ArrayBuffer>;

/** One of two messages that a side sends, each once, both in hexadecimal. */
export type SafetyMessage =
  { readonly type: 'commit'; readonly commitment: string } | { readonly type: 'reveal'; readonly nonce: string };

export type SafetyFailure =
  /** A message that is none, or of another length. */
  | 'malformed'
  /** A second commitment: another try at a code that fits. */
  | 'repeated-commit'
  /** A nonce without a commitment before it, or a second one. */
  | 'unexpected-reveal'
  /** The nonce is not the one committed to, or the two sides see other fingerprints, roles or sessions. */
  | 'commitment-mismatch'
  /** The user said that the codes differ. */
  | 'codes-differ';

interface Own {
  readonly role: SafetyRole;
  readonly context: SafetyContext;
  readonly nonce: Bytes;
}

/** By value: JSON-like, but for the nonce. */
export type SafetyState =
  /** Our commitment is sent; the peer's is awaited. */
  | { readonly phase: 'committed'; readonly own: Own }
  /** Both are committed and our nonce is sent; the peer's is awaited. */
  | { readonly phase: 'revealed'; readonly own: Own; readonly peerCommitment: string }
  /** Both have the code; people have not compared it yet. */
  | { readonly phase: 'comparing'; readonly code: SafetyCode }
  /** People have said that it is the same on both sides. Final, unless the peer sends anything more. */
  | { readonly phase: 'confirmed'; readonly code: SafetyCode }
  /** Final: the connection may be read by somebody else, or the peer is at fault. */
  | { readonly phase: 'failed'; readonly failure: SafetyFailure };

export interface SafetyStep {
  readonly state: SafetyState;
  /** To be sent to the peer, before anything else is received. */
  readonly send?: SafetyMessage;
}

export interface SafetyStart {
  readonly role: SafetyRole;
  readonly context: SafetyContext;
  /** 32 random bytes, for tests. */
  readonly nonce?: Uint8Array<ArrayBuffer>;
}

const HEX_32_BYTES = /^[\da-f]{64}$/;

/**
 * Commits this side. Either side may be first; the other one starts when the first commitment comes, and then receives it.
 * @throws TypeError without fingerprints
 */
export async function startSafetyCode({ role, context, nonce = randomNonce() }: SafetyStart): Promise<SafetyStep> {
  if (context.initiator === '' || context.responder === '') throw new TypeError('a side has no fingerprint');
  const commitment = toHex(await commitmentOf(role, context, nonce));
  return { state: { phase: 'committed', own: { role, context, nonce } }, send: { type: 'commit', commitment } };
}

/** Takes what the peer sent, one message after the other; a failed exchange stays failed. @param message not trusted to be one */
export async function receiveSafetyMessage(state: SafetyState, message: unknown): Promise<SafetyStep> {
  if (state.phase === 'failed') return { state };
  const parsed = parse(message);
  if (!parsed) return failed('malformed');
  if (parsed.type === 'commit')
    return state.phase === 'committed' ? reveal(state.own, parsed.commitment) : failed('repeated-commit');
  return state.phase === 'revealed'
    ? agree(state.own, state.peerCommitment, parsed.nonce)
    : failed('unexpected-reveal');
}

/** What people say after they have compared. Does nothing where there is no code to compare. */
export function confirmSafetyCode(state: SafetyState, areSame: boolean): SafetyState {
  if (state.phase !== 'comparing') return state;
  return areSame ? { phase: 'confirmed', code: state.code } : failed('codes-differ').state;
}

/** Our nonce goes out only when the peer can no longer choose its own by it. */
function reveal(own: Own, peerCommitment: string): SafetyStep {
  return { state: { phase: 'revealed', own, peerCommitment }, send: { type: 'reveal', nonce: toHex(own.nonce) } };
}

async function agree({ role, context, nonce }: Own, peerCommitment: string, hex: string): Promise<SafetyStep> {
  const peerNonce = fromHex(hex);
  const expected = await commitmentOf(role === 'initiator' ? 'responder' : 'initiator', context, peerNonce);
  if (toHex(expected) !== peerCommitment) return failed('commitment-mismatch');
  const code = await (role === 'initiator' ? codeOf(context, nonce, peerNonce) : codeOf(context, peerNonce, nonce));
  return { state: { phase: 'comparing', code } };
}

function failed(failure: SafetyFailure): SafetyStep {
  return { state: { phase: 'failed', failure } };
}

function parse(message: unknown): SafetyMessage | undefined {
  if (typeof message !== 'object' || message === null) return undefined;
  const { type, commitment, nonce } = message as Readonly<Record<string, unknown>>;
  if (type === 'commit' && isHex(commitment)) return { type, commitment };
  if (type === 'reveal' && isHex(nonce)) return { type, nonce };
  return undefined;
}

function isHex(text: unknown): text is string {
  return typeof text === 'string' && HEX_32_BYTES.test(text);
}

function randomNonce(): Bytes {
  return crypto.getRandomValues(new Uint8Array(NONCE_BYTES));
}

function toHex(bytes: Bytes): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

function fromHex(hex: string): Bytes {
  return Uint8Array.from(hex.match(/../g) ?? [], (digits) => Number.parseInt(digits, 16));
}
