import { NS, bareOf, el, isSameBare, isSameJid } from '@xmpp-call/jingle';
import type { Element, Reason } from '@xmpp-call/jingle';
import { TRANSFER_SUCCESS, buildTransfer, isTransferred, parseTransfer } from '@xmpp-call/jingle/after-answer.js';
import type { Transfer as Parsed } from '@xmpp-call/jingle/after-answer.js';
import type { CallValues } from '../call-commands.js';
import { invalidState } from '../command-error.js';
import { LOCAL_HANG_UP } from '../endings.js';
import type { Failure } from '../page-events.js';
import { sendTones } from './send-tones.js';
import type { TransferOwner } from './transfer-owner.js';

/** Transfers that led to one call: people who pass each other on in a circle stop here. */
const MAX_HOPS = 5;
/** What a peer may ask for in one call. */
const MAX_REQUESTS = 5;
/** ms that the peer has to go over: it asks its user, and the other one's phone rings. */
const GO_OVER_MS = 120_000;

type Request = Extract<Parsed, { kind: 'request' }>;

/** The transfers of one call (XEP-0251), in both roles, and its tones by XMPP. */
export class Transfer {
  readonly #owner: TransferOwner;
  /** What the peer asks for. */
  #request: Request | undefined;
  #requests = 0;
  /** The new call of a request is under way. */
  #placed = false;
  /** What we ask the peer for; `other` ends with it. */
  #asked: { readonly other: TransferOwner | undefined } | undefined;

  constructor(owner: TransferOwner) {
    this.#owner = owner;
  }

  sendTones(tones: string): void {
    sendTones(this.#owner.session.send, tones);
  }

  // The peer asks.

  /** A session-info of the peer's, which was answered with a result. */
  requested(jingle: Element): void {
    const parsed = parseTransfer(jingle);
    if (!parsed?.ok || parsed.value.kind !== 'request' || !this.#mayAsk(parsed.value)) {
      this.#sayRefused();
      return;
    }
    this.#requests++;
    this.#request = parsed.value;
    const { id } = this.#owner;
    this.#owner.tell({ case: 'transferRequested', value: { callId: id, to: parsed.value.to } });
  }

  /** The user does not want it. */
  refuse(): void {
    if (!this.#request || this.#placed) return;
    this.#request = undefined;
    this.#sayRefused();
  }

  /** @throws CommandError where the peer did not ask for a call to this address */
  check(to: string): void {
    if (!this.#request || this.#placed || !isSameJid(this.#request.to, to)) throw invalidState('no such transfer');
  }

  /** Makes an outgoing call the one that the peer asked for, and that was checked. */
  place(call: TransferOwner): void {
    const owner = this.#owner;
    const request = this.#request;
    if (!request) return;
    this.#placed = true;
    call.hops = owner.hops + 1;
    call.skipsInvitation = request.sid !== undefined;
    call.initiateExtra = buildTransfer({
      kind: 'transferred',
      from: request.from ?? owner.device ?? owner.peer,
      to: request.to,
      ...(request.sid !== undefined && { sid: request.sid }),
    });
    call.origin = {
      accepted: () => {
        call.origin = undefined;
        owner.end(LOCAL_HANG_UP, 'success', TRANSFER_SUCCESS);
      },
      failed: () => {
        this.#placed = false;
        this.refuse();
      },
    };
  }

  // We ask.

  ask({ to, withCallId }: Pick<CallValues['transferCall'], 'to' | 'withCallId'>): void {
    const owner = this.#owner;
    const other = withCallId === '' ? undefined : owner.other(withCallId);
    const address = (withCallId === '' ? to : other?.session.state === 'active' ? other.device : '') ?? '';
    if (this.#asked) return;
    this.#asked = { other };
    if (bareOf(address) === undefined || isSameBare(address, owner.peer) || this.#isOurs(address)) {
      this.#finish({ code: 'invalid-address', detail: 'nobody to pass the call on to' });
      return;
    }
    const attended = other && { from: owner.context.stream.jid ?? '', sid: other.sid };
    owner.session.send(
      'session-info',
      { extra: buildTransfer({ kind: 'request', to: address, ...attended }) },
      (error) => {
        this.#finish({ code: 'incompatible', detail: `the peer answered ${error.condition}` });
      },
    );
    owner.timers.start('transfer', GO_OVER_MS, () => {
      this.#finish({ code: 'no-answer', detail: 'the peer did not go over in time' });
    });
  }

  refusedByPeer(): void {
    this.#finish({ code: 'declined', detail: 'the peer does not go over' });
  }

  /** The call has ended, by the peer where there is a reason. */
  ended(reason: Reason | undefined): void {
    if (!this.#asked) return;
    const { other } = this.#asked;
    const isOver = isTransferred(reason);
    this.#finish(isOver ? undefined : { code: 'peer-failed', detail: 'the call has ended' });
    if (isOver) other?.end(LOCAL_HANG_UP, 'success', TRANSFER_SUCCESS);
  }

  #mayAsk({ to }: Request): boolean {
    const { peer, hops } = this.#owner;
    const isFree = !this.#request && this.#requests < MAX_REQUESTS && hops < MAX_HOPS;
    return isFree && !this.#isOurs(to) && !isSameBare(to, peer);
  }

  #isOurs(jid: string): boolean {
    return isSameBare(jid, this.#owner.context.stream.jid ?? '');
  }

  /** XEP-0251 has no word for it; peers that do not know ours pass over it. */
  #sayRefused(): void {
    if (this.#owner.session.state !== 'active') return;
    this.#owner.session.send('session-info', { extra: el('refused', { xmlns: NS.transferRefused }) });
  }

  #finish(failure: Failure | undefined): void {
    if (!this.#asked) return;
    this.#asked = undefined;
    this.#owner.timers.stop('transfer');
    this.#owner.tell({
      case: 'transferEnded',
      value: { callId: this.#owner.id, ...(failure && { failure }) },
    });
  }
}
