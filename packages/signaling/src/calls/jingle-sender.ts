import { buildJingle, el } from '@xmpp-call/jingle';
import type { Content, ContentGroup, Jingle, JingleAction } from '@xmpp-call/jingle';
import { IqError } from '../stanza-stream.js';
import type { StanzaStream } from '../stanza-stream.js';

export interface JingleParts {
  readonly contents?: readonly Content[];
  readonly groups?: readonly ContentGroup[];
  readonly reason?: Jingle['reason'];
  readonly info?: Jingle['info'];
}

export interface JingleRequest extends JingleParts {
  readonly to: string;
  readonly sid: string;
  readonly action: JingleAction;
}

/** Sends one Jingle action. @throws IqError */
export async function sendJingle(stream: StanzaStream, request: JingleRequest): Promise<void> {
  const { to, sid, action, contents = [], groups = [], reason, info } = request;
  const own = stream.jid;
  const jingle: Jingle = {
    action,
    sid,
    contents,
    groups,
    ...(action === 'session-initiate' && own !== undefined && { initiator: own }),
    ...(action === 'session-accept' && own !== undefined && { responder: own }),
    ...(reason && { reason }),
    ...(info && { info }),
  };
  await stream.request(el('iq', { type: 'set', to }, [buildJingle(jingle)]));
}

/** As an IqError, whatever it is. */
export function toIqError(error: unknown): IqError {
  return error instanceof IqError ? error : new IqError('undefined-condition', undefined, String(error));
}
