import type { Call, TransferRequestEvent } from '@xmpp-call/client';
import { XmppCallError } from '@xmpp-call/client/errors.js';
import { XmppCallEndedEvent } from '../../events/xmpp-call-ended.js';
import { talkTimeOf } from '../call-controller.js';
import type { CallController } from '../call-controller.js';
import type { PanelHost } from '../panel-host.js';

/** What the other side wants of a call that it passes on, or has done already. */
export interface PassingOn {
  readonly session: CallController;
  readonly host: PanelHost;
  /** Asks the user. */
  readonly ask: () => void;
}

/** The other side passes this call on: the user is asked, or the page has decided. */
export function passOn(to: TransferRequestEvent<Call> | Call, { session, host, ask }: PassingOn): void {
  if ('peer' in to) {
    follow(session, to);
    return;
  }
  session.transferRequest = to;
  if (host.transfers === 'refuse') refuseTransfer(session);
  else if (host.transfers === 'accept') takeTransfer(session, host);
  else ask();
}

export function refuseTransfer(session: CallController): void {
  session.transferRequest?.refuse();
  session.transferRequest = undefined;
}

/** Calls whom the other side names, and is silent to it meanwhile. Where that comes to nothing, the call goes on as it was. */
export function takeTransfer(session: CallController, target: EventTarget): void {
  const { call: from, transferRequest } = session;
  if (!transferRequest || !from || !session.live) return;
  const { muted } = from;
  let next: Call;
  try {
    next = transferRequest.accept();
  } catch (error) {
    session.showProblem(error instanceof XmppCallError ? error : new XmppCallError('internal', { cause: error }));
    return;
  }
  from.setMuted(true);
  session.adopt(next);
  const onChange = (): void => {
    if (next.state !== 'ended' && from.state !== 'ended') return;
    from.removeEventListener('state-change', onChange);
    next.removeEventListener('state-change', onChange);
    if (from.state === 'ended') {
      target.dispatchEvent(new XmppCallEndedEvent(from, talkTimeOf(from)));
      return;
    }
    from.setMuted(muted);
    session.adopt(from);
    if (next.error) session.showProblem(next.error);
  };
  from.addEventListener('state-change', onChange);
  next.addEventListener('state-change', onChange);
}

/** A call that answers itself, in place of the one that is shown: until it is answered nothing changes. */
function follow(session: CallController, call: Call): void {
  const onChange = (): void => {
    if (call.state === 'incoming') return;
    call.removeEventListener('state-change', onChange);
    if (call.state !== 'ended') session.adopt(call);
  };
  call.addEventListener('state-change', onChange);
  onChange();
}
