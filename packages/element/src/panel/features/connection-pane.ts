import { buildReport } from '@xmpp-call/client/report.js';
import type { CallReport, ReportedPath, ReportedStream } from '@xmpp-call/client/report.js';
import { html, nothing } from 'lit';
import type { CSSResult, TemplateResult } from 'lit';
import type { ConnectionStrings, FeatureStrings } from '../../locales/features/feature-strings.js';
import { textButton } from '../views/parts.js';
import { connectionStyles } from './connection.styles.js';
import type { FeatureContext, Pane } from './feature.js';
import { saveFile } from './save-file.js';

export const styles: readonly CSSResult[] = [connectionStyles];

/** The facts of the connection: those of the report, read again each second with the panel's timer. */
class ConnectionPane implements Pane {
  #shortenAddresses = true;

  constructor(private readonly context: () => FeatureContext) {}

  render(): TemplateResult {
    const { strings, model } = this.context();
    const words = strings.connection;
    const report = this.#report();
    return html`<div class="facts">
      ${report.path ? facts(report, strings, model.language) : html`<p class="facts-none">${words.none}</p>`}
      <label class="facts-switch">
        <input
          part="shorten-addresses"
          type="checkbox"
          .checked=${this.#shortenAddresses}
          @change=${(event: Event) => {
            this.#shortenAddresses = (event.currentTarget as HTMLInputElement).checked;
          }}
        />
        <span>${words.shortenAddresses}</span>
      </label>
      ${textButton({ part: 'save-report', label: words.saveReport, tone: 'secondary', onClick: () => this.#save() })}
      <p class="facts-help">${words.saveHelp}</p>
    </div>`;
  }

  #report(): CallReport {
    const { call, model } = this.context();
    const { statistics, report: quality } = model.quality ?? {};
    return buildReport(
      { call, statistics, quality, iceLog: call.iceLog },
      { shortenAddresses: this.#shortenAddresses },
    );
  }

  #save(): void {
    const report = this.#report();
    const name = `call-report-${report.createdAt.slice(0, 16).replace(/[T:]/g, '-')}.json`;
    const { root } = this.context();
    saveFile(root?.ownerDocument ?? document, name, `${JSON.stringify(report, undefined, 2)}\n`, 'application/json');
  }
}

function facts(
  { path, streams, quality, mediaCore }: CallReport,
  { connection: words, qualityLevels }: FeatureStrings,
  language: string,
): TemplateResult {
  const number = numberFormat(language);
  const roundTripMs = path?.roundTripMs ?? path?.reportedRoundTripMs ?? undefined;
  return html`<dl>
    ${fact(words.path, pathText(path, words))}
    ${roundTripMs === undefined ? nothing : fact(words.roundTrip, number(roundTripMs, { unit: 'millisecond' }))}
    ${quality ? fact(words.quality, qualityLevels[quality.level]) : nothing}
    ${fact(words.codecs, mediaCore.inUse ? words.ownCodecs : words.browserCodecs)}
    ${streams.map((stream) => fact(titleOf(stream, words), streamText(stream, words, number)))}
  </dl>`;
}

function fact(name: string, value: string): TemplateResult {
  return html`<div>
    <dt>${name}</dt>
    <dd><bdi>${value}</bdi></dd>
  </div>`;
}

function pathText(path: ReportedPath | null, words: ConnectionStrings): string {
  if (path?.kind === 'relay') return path.relayProtocol ? words.relayBy(path.relayProtocol.toUpperCase()) : words.relay;
  if (path?.kind !== 'direct') return words.unknown;
  const protocol = path.local.protocol;
  return protocol ? words.directBy(protocol.toUpperCase()) : words.direct;
}

function titleOf({ kind, direction }: ReportedStream, { streams }: ConnectionStrings): string {
  if (kind === 'audio') return direction === 'send' ? streams.audioSend : streams.audioReceive;
  return direction === 'send' ? streams.videoSend : streams.videoReceive;
}

type FormatNumber = (value: number, options: { readonly unit?: string; readonly percent?: boolean }) => string;

function numberFormat(language: string): FormatNumber {
  return (value, { unit, percent }) =>
    new Intl.NumberFormat(language, {
      maximumFractionDigits: percent ? 1 : 0,
      ...(unit !== undefined && { style: 'unit', unit }),
      ...(percent && { style: 'percent' }),
    }).format(value);
}

function streamText(stream: ReportedStream, words: ConnectionStrings, number: FormatNumber): string {
  const { codec, bitrate, width, height } = stream;
  const loss = lossOf(stream);
  return [
    codec?.replace(/^\w+\//, ''),
    bitrate === null ? undefined : number(bitrate / 1000, { unit: 'kilobit-per-second' }),
    width && height ? `${String(width)} × ${String(height)}` : undefined,
    loss === undefined ? undefined : words.lost(number(loss, { percent: true })),
  ]
    .filter((text) => text !== undefined)
    .join(' · ');
}

/** Of what we send as the peer reports it now, of what we receive since the start of the call. */
function lossOf({ direction, lossFraction, packets, packetsLost }: ReportedStream): number | undefined {
  if (direction === 'send') return lossFraction ?? undefined;
  if (packets === null || packetsLost === null || packets + packetsLost <= 0) return undefined;
  return Math.max(0, packetsLost) / (packets + packetsLost);
}

export function createPane(context: () => FeatureContext): Pane {
  return new ConnectionPane(context);
}
