import { defined } from './defined.js';
import { DTMF_LIMITS, dtmfDuration, isDtmfCode } from './dtmf.js';
import { NS } from './namespaces.js';
import { fault, ok, type Result } from './result.js';
import { el, elementsOf, localName, namespaceOf, type Element } from './xml.js';
import { oneOf, optional, record, elementType, upTo, uint, valueAt } from './xml-table.js';

/** XEP-0181, the payload of a session-info. Clients send RFC 4733 instead; gateways without it take this. */
export type Dtmf =
  | {
      readonly kind: 'tone';
      readonly code: string;
      /** Absent for a tone of `durationMs`, which begins and ends by itself. */
      readonly action?: 'button-down';
      /** Within the limits of RFC 4733 senders; 100 ms where the peer says nothing. */
      readonly durationMs: number;
      /** RFC 4733 §2.3.4: power in -dBm0, 0-63. */
      readonly volume?: number;
    }
  | { readonly kind: 'release'; readonly code?: string }
  | { readonly kind: 'method'; readonly method: DtmfMethod };

export type DtmfMethod = 'rtp' | 'xmpp';

interface Attributes {
  readonly code?: string;
  readonly action?: 'button-down' | 'button-up';
  readonly duration?: number;
  readonly volume?: number;
}

const toneType = elementType(
  'dtmf',
  NS.dtmf,
  record<Attributes>({
    code: optional(upTo(1, isDtmfCode)),
    action: optional(oneOf(['button-down', 'button-up'])),
    duration: optional(uint(0xffff)),
    volume: optional(uint(63)),
  }),
);

/** The first DTMF payload of a `<jingle/>`; undefined where there is none. A fault for a code or a method that is none. */
export function parseDtmf(jingle: Element): Result<Dtmf> | undefined {
  const element = elementsOf(jingle).find((one) => namespaceOf(one) === NS.dtmf);
  if (!element) return undefined;
  if (localName(element) === 'dtmf-method') {
    const method = valueAt(element, 'method', oneOf<DtmfMethod>(['rtp', 'xmpp']));
    return method ? ok({ kind: 'method', method }) : fault('feature-not-implemented', 'unknown method');
  }
  if (localName(element) !== 'dtmf') return fault('feature-not-implemented', 'unknown element', 'unsupported-info');
  const { code, action, duration, volume } = toneType.parse(element) ?? {};
  if (action === 'button-up') return ok({ kind: 'release', ...(code !== undefined && { code }) });
  if (code === undefined) return fault('bad-request', 'no code');
  return ok({
    kind: 'tone',
    code,
    ...(action && { action }),
    durationMs: dtmfDuration(duration ?? DTMF_LIMITS.defaultDurationMs),
    ...(volume !== undefined && { volume }),
  });
}

export function buildDtmf(dtmf: Dtmf): Element {
  switch (dtmf.kind) {
    case 'method':
      return el('dtmf-method', { xmlns: NS.dtmf, method: dtmf.method });
    case 'release':
      return toneType.build({ action: 'button-up', ...(dtmf.code !== undefined && { code: dtmf.code }) });
    case 'tone': {
      const { code, action, durationMs, volume } = dtmf;
      return toneType.build(defined({ code, action, duration: dtmfDuration(durationMs), volume }));
    }
  }
}
