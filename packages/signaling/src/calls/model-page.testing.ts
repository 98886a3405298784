import assert from 'node:assert/strict';
import type { PageEvent } from './page-events.js';
import { CommandError } from './command-error.js';
import { SID } from './scenario.testing.js';
import type { Scenario } from './scenario.testing.js';
import { sdp } from './sdp.testing.js';
import type { SectionInit } from './sdp.testing.js';

/** More m-lines than this are offered by nobody. */
const MAX_SECTIONS = 6;

/**
 * The page of a call as far as offers and answers go. It keeps the rules of RFC 8829 for its browser, and says so where the
 * worker breaks them: m-lines keep their order, an answer has those of its offer, and there is one for each offer. It reads
 * its events when it is told to: until then they are on their way.
 */
export class ModelPage {
  readonly #scenario: Scenario;
  #read = 0;
  #generation = 0;
  #names = 0;
  /** What both sides have agreed on. */
  #agreed: readonly SectionInit[];
  /** Our offer that has no answer yet. */
  #offered: readonly SectionInit[] | undefined;
  /** Offers of the peer that have no answer yet. */
  readonly #asked: SectionInit[][] = [];
  #chokes = false;
  #wanted: { readonly iceRestart: boolean } | undefined;

  constructor(scenario: Scenario, agreed: readonly SectionInit[]) {
    this.#scenario = scenario;
    this.#agreed = agreed;
    this.#read = scenario.events.length;
  }

  get isAtRest(): boolean {
    return this.#offered === undefined && this.#asked.length === 0 && this.#wanted === undefined && !this.#hasNews;
  }

  get #hasNews(): boolean {
    return this.#read < this.#scenario.events.length;
  }

  /** Reads what has come. */
  look(): void {
    const { events } = this.#scenario;
    for (; this.#read < events.length; this.#read++) this.#take(events[this.#read]);
  }

  /** Offers another video, new credentials or both, where no offer is under way for all that it knows. */
  offer({ restart = false, add = false }: { readonly restart?: boolean; readonly add?: boolean }): void {
    if (this.#offered || this.#asked.length > 0) return;
    const adds = add && this.#agreed.length < MAX_SECTIONS;
    if (restart || !adds) this.#generation += 1;
    const mid = `m${String(++this.#names)}`;
    const sections = adds ? [...this.#agreed, { mid, kind: 'video' as const }] : this.#agreed;
    this.#wanted = undefined;
    this.#offered = sections;
    try {
      this.#describe('offer', sections);
    } catch (error) {
      assert.ok(error instanceof CommandError);
      this.#offered = undefined;
    }
  }

  /** Answers the oldest offer of the peer. @param takes whether it takes what is new in it */
  answer(takes: boolean): void {
    const offer = this.#asked.shift();
    if (!offer) return;
    const isNew = ({ mid }: SectionInit) => this.#agreed.every((one) => one.mid !== mid);
    this.#agreed = offer.map((section) => (takes || !isNew(section) ? section : { ...section, rejected: true }));
    this.#describe('answer', this.#agreed);
  }

  refuse(): void {
    if (this.#asked.shift()) this.#scenario.calls.refuseOffer(SID, 'test');
  }

  /** The browser does not take the next answer, and undoes its offer. */
  chokeOnAnswer(): void {
    this.#chokes = true;
  }

  /** Reads and answers until there is nothing more to do. */
  settle(): void {
    while (this.#hasNews || this.#asked.length > 0 || (this.#wanted && !this.#offered)) {
      this.look();
      if (this.#asked.length > 0) this.answer(true);
      else if (this.#wanted) this.offer({ restart: this.#wanted.iceRestart, add: true });
    }
  }

  #take(event: PageEvent | undefined): void {
    if (event?.case === 'offerVoid') {
      assert.ok(this.#offered, 'no offer to undo');
      this.#offered = undefined;
    } else if (event?.case === 'offerWanted') {
      this.#wanted = { iceRestart: event.value.iceRestart };
    } else if (event?.case === 'remoteDescription') {
      const sections = sectionsIn(event.value.sdp);
      const mids = sections.map(({ mid }) => mid);
      if (event.value.type === 'answer') {
        assert.deepEqual(
          mids,
          this.#offered?.map(({ mid }) => mid),
          'an answer to no offer, or to another',
        );
        if (!this.#chokes) this.#agreed = sections;
        this.#chokes = false;
      } else {
        assert.deepEqual(
          mids.slice(0, this.#agreed.length),
          this.#agreed.map(({ mid }) => mid),
          'm-lines have moved',
        );
        this.#asked.push(sections);
      }
      this.#offered = undefined;
    }
  }

  #describe(type: 'offer' | 'answer', sections: readonly SectionInit[]): void {
    // The first is that of the scenario.
    const ufrag = this.#generation === 0 ? 'abcd' : `page${String(this.#generation)}`;
    const setup = type === 'offer' ? 'actpass' : 'active';
    this.#scenario.calls.localDescription(SID, type, sdp({ sections, setup, ufrag }));
  }
}

function sectionsIn(description: string): SectionInit[] {
  const [, ...sections] = description.split(/^m=/m);
  return sections.map((section) => ({
    mid: /^a=mid:(\S+)/m.exec(section)?.[1] ?? '',
    kind: section.startsWith('audio') ? 'audio' : 'video',
    rejected: /^\w+ 0 /.test(section),
  }));
}
