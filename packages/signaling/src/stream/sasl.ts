import { StreamError } from './errors.js';
import { Scram } from './scram.js';

export type Credentials =
  | { readonly kind: 'anonymous' }
  /** `username` is the local part of the JID. */
  | { readonly kind: 'password'; readonly username: string; readonly password: string };

/** How to log in. */
export interface Login {
  readonly mechanism: string;
  readonly initialResponse: string;
  /** Answers challenges and checks the server's proof; other mechanisms have neither. */
  readonly scram?: Scram;
}

/** When a password may go in PLAIN over an encrypted stream. */
export interface PlainPolicy {
  /** Never. */
  readonly isRefused: boolean;
  /**
   * Bare JIDs that have logged in with SCRAM: their server knows it, so that an offer of PLAIN alone is somebody else's.
   * Shared by all streams that are to know.
   */
  readonly scramAccounts: Set<string>;
}

/** Strongest first. SCRAM with channel binding is out of reach of web pages. */
const HASHES = ['SHA-512', 'SHA-256', 'SHA-1'] as const;

/**
 * Begins the strongest mechanism that the server offers: ANONYMOUS (RFC 4505, without trace information) for guests, SCRAM
 * (RFC 5802) or PLAIN (RFC 4616) for a password.
 * @param plainRefusal why PLAIN is out of the question; undefined when it is not
 * @param secure the stream is encrypted or does not leave the machine: PLAIN is allowed
 * @param nonce client nonce for SCRAM
 * @throws StreamError `auth-failed` when there is none, or PLAIN alone and that is refused, `insecure` when the password would go unencrypted
 */
export function beginLogin(
  credentials: Credentials,
  offered: readonly string[],
  plainRefusal: string | undefined,
  secure: boolean,
  nonce: string,
): Login {
  if (credentials.kind === 'anonymous') {
    if (offered.includes('ANONYMOUS')) return { mechanism: 'ANONYMOUS', initialResponse: '' };
  } else {
    const { username, password } = credentials;
    for (const hash of HASHES) {
      const mechanism = `SCRAM-${hash}`;
      if (!offered.includes(mechanism)) continue;
      const scram = new Scram({ hash, username, password, nonce });
      return { mechanism, initialResponse: scram.clientFirst(), scram };
    }
    if (offered.includes('PLAIN')) {
      if (plainRefusal !== undefined) throw new StreamError('auth-failed', `PLAIN is all there is: ${plainRefusal}`);
      if (!secure) throw new StreamError('insecure', 'the password would go unencrypted');
      return { mechanism: 'PLAIN', initialResponse: `\0${username}\0${password}` };
    }
  }
  throw new StreamError('auth-failed', 'no login mechanism in common');
}
