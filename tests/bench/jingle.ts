/**
 * Jingle <-> SDP conversions per second, ours beside those of npm `stanza`, in one run and interleaved. Both turn the
 * same offer of a browser into the text of a `<jingle/>` element, and both turn the same text into SDP.
 */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { performance } from 'node:perf_hooks';
import { buildJingle, Negotiation, parseJingle, type Element } from '@xmpp-call/jingle';

const require = createRequire(import.meta.url);

export interface Rate {
  readonly opsPerSecond: number;
  /** How many times as fast as `stanza`. */
  readonly ratioToStanza: number;
}

export interface JingleRates {
  /** XML text to SDP text. */
  readonly toSdp: Rate;
  /** SDP text to XML text. */
  readonly fromSdp: Rate;
}

interface Stanza {
  readonly importFromSDP: (sdp: string) => object;
  readonly exportToSDP: (session: object) => string;
  readonly convertIntermediateToRequest: (session: object, role: string, direction: string) => Record<string, unknown>;
  readonly convertRequestToIntermediate: (request: object, role: string, direction: string) => object;
}
interface Registry {
  define(definitions: unknown): void;
  import(element: object): object;
  export(path: string, value: object): { toString(): string };
}

const parseXml = require('ltx/lib/parse.js') as (text: string) => Element;
const intermediate = require('stanza/jingle/sdp/Intermediate') as Pick<Stanza, 'importFromSDP' | 'exportToSDP'>;
const protocol = require('stanza/jingle/sdp/Protocol') as Pick<
  Stanza,
  'convertIntermediateToRequest' | 'convertRequestToIntermediate'
>;
const jxt = require('stanza/jxt') as { Registry: new () => Registry; parse: (text: string) => object };
const definitions = require('stanza/protocol') as { default: unknown };

const SID = '3b6f1e0a-8c51-4d0b-9f6e-1f0a6c2d7e55';

function ourXml(sdp: string): string {
  const offer = new Negotiation({ role: 'initiator' }).localOffer(sdp);
  if (!offer.ok) throw new Error(offer.error.text);
  return buildJingle({ action: 'session-initiate', sid: SID, ...offer.value }).toString();
}

function ourSdp(xml: string): string {
  const jingle = parseJingle(parseXml(xml));
  if (!jingle.ok) throw new Error(jingle.error.text);
  const offer = new Negotiation({ role: 'responder' }).remoteOffer(jingle.value.contents, jingle.value.groups);
  if (!offer.ok) throw new Error(offer.error.text);
  return offer.value;
}

function stanzaConverter(): { toXml: (sdp: string) => string; toSdp: (xml: string) => string } {
  const registry = new jxt.Registry();
  registry.define(definitions.default);
  return {
    toXml(sdp) {
      const request = protocol.convertIntermediateToRequest(intermediate.importFromSDP(sdp), 'initiator', 'outgoing');
      return registry.export('iq.jingle', { ...request, action: 'session-initiate', sid: SID }).toString();
    },
    toSdp(xml) {
      const request = registry.import(jxt.parse(xml));
      return intermediate.exportToSDP(protocol.convertRequestToIntermediate(request, 'responder', 'incoming'));
    },
  };
}

/** Converts the offer of Chromium beside this file. Takes about `rounds` times 80 ms. */
export async function benchJingle(rounds = 40): Promise<JingleRates> {
  const sdp = readFileSync(new URL('chromium-offer.sdp', import.meta.url), 'utf8');
  const stanza = stanzaConverter();
  const xml = ourXml(sdp);
  if (!ourSdp(xml).includes('m=audio') || !stanza.toSdp(xml).includes('m=audio'))
    throw new Error('a converter lost the audio');
  return {
    fromSdp: await compare(
      () => ourXml(sdp),
      () => stanza.toXml(sdp),
      rounds,
    ),
    toSdp: await compare(
      () => ourSdp(xml),
      () => stanza.toSdp(xml),
      rounds,
    ),
  };
}

/** Alternates short slices of both and compares the medians, so that a busy machine slows both alike. */
async function compare(ours: () => string, theirs: () => string, rounds: number): Promise<Rate> {
  const samples: [number, number][] = [];
  for (let round = -10; round < rounds; round++) {
    const sample: [number, number] = [rateOf(ours), rateOf(theirs)];
    if (round >= 0) samples.push(sample);
    await new Promise((resolve) => setImmediate(resolve));
  }
  const own = median(samples.map(([rate]) => rate));
  const other = median(samples.map(([, rate]) => rate));
  return { opsPerSecond: Math.round(own), ratioToStanza: Math.round((own / other) * 100) / 100 };
}

const SLICE_MS = 20;

function rateOf(task: () => string): number {
  const start = performance.now();
  let runs = 0;
  while (performance.now() - start < SLICE_MS) {
    task();
    runs += 1;
  }
  return (runs * 1000) / (performance.now() - start);
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? 0;
}
