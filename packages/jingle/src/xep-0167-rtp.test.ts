import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { RtpDescription } from './model.js';
import { buildDescription, parseDescription } from './xep-0167-rtp.js';
import { transmitted, xml } from './xml.testing.js';

function read(inner: string, media = 'audio'): RtpDescription {
  const description = parseDescription(
    xml(`<description xmlns="urn:xmpp:jingle:apps:rtp:1" media="${media}">${inner}</description>`),
  );
  assert.ok(description);
  return description;
}

describe('XEP-0167', () => {
  it('case 2: reads keyless parameters as a value without name and as a name without value', () => {
    const { payloadTypes } = read(`
      <payload-type id="126" name="telephone-event" clockrate="8000"><parameter value="0-15"/></payload-type>
      <payload-type id="63" name="red" clockrate="48000" channels="2"><parameter name="111/111"/></payload-type>
      <payload-type id="62" name="x" clockrate="8000"><parameter/></payload-type>`);
    assert.deepEqual(
      payloadTypes.map((type) => type.parameters),
      [[{ name: '', value: '0-15' }], [{ name: '111/111', value: '' }], []],
    );
  });

  it('case 5: keeps feedback for all payload types apart', () => {
    const description = read(
      '<rtcp-fb xmlns="urn:xmpp:jingle:apps:rtp:rtcp-fb:0" type="nack"/><rtcp-fb-trr-int xmlns="urn:xmpp:jingle:apps:rtp:rtcp-fb:0" value="100"/>',
      'video',
    );
    assert.deepEqual(description.feedback, [{ type: 'nack' }]);
    assert.equal(description.trrInt, 100);
    assert.deepEqual(parseDescription(transmitted(buildDescription(description))), description);
  });

  it('case 38: keeps a bandwidth of zero and types other than AS', () => {
    const { bandwidth } = read(
      '<bandwidth type="AS">0</bandwidth><bandwidth type="TIAS">64000</bandwidth><bandwidth type="AS">much</bandwidth>',
    );
    assert.deepEqual(bandwidth, [
      { type: 'AS', value: 0 },
      { type: 'TIAS', value: 64000 },
    ]);
  });

  it('case 39: fills in static payload types that come without name or clock rate', () => {
    const types = read(
      '<payload-type id="0"/><payload-type id="9" name="G722"/><payload-type id="111" name="opus"/><payload-type id="100"/>',
    ).payloadTypes;
    assert.deepEqual(
      types.map(({ id, name, clockrate }) => [id, name, clockrate]),
      [
        [0, 'PCMU', 8000],
        [9, 'G722', 8000],
        [111, 'opus', 48000],
      ],
    );
  });

  it('case 41: always writes id, name and clock rate', () => {
    const built = buildDescription(read('<payload-type id="0"/>'));
    assert.match(built.toString(), /<payload-type id="0" name="PCMU" clockrate="8000"\/>/);
  });

  it('case 42: writes parameters before feedback', () => {
    const built = buildDescription(
      read(
        `<payload-type id="96" name="VP8" clockrate="90000">
          <rtcp-fb xmlns="urn:xmpp:jingle:apps:rtp:rtcp-fb:0" type="nack"/>
          <parameter name="max-fr" value="30"/>
          <rtcp-fb-trr-int xmlns="urn:xmpp:jingle:apps:rtp:rtcp-fb:0" value="5"/>
        </payload-type>`,
        'video',
      ),
    );
    const order = [...built.toString().matchAll(/<(parameter|rtcp-fb-trr-int|rtcp-fb) /g)].map((match) => match[1]);
    assert.deepEqual(order, ['parameter', 'rtcp-fb', 'rtcp-fb-trr-int']);
  });

  it('case 51: tells SDES from no security at all', () => {
    assert.equal(read('<encryption><crypto tag="1" crypto-suite="x" key-params="y"/></encryption>').sdes, true);
    assert.equal(read('<encryption required="1"/>').sdes, false);
  });

  it('case 20: reads only header extension ids that SDP has', () => {
    const extension = (id: number, more = '') =>
      `<rtp-hdrext xmlns="urn:xmpp:jingle:apps:rtp:rtp-hdrext:0" id="${id}" uri="urn:x:${id}" ${more}/>`;
    const { headerExtensions } = read(
      extension(0) +
        extension(1) +
        extension(4096) +
        extension(2, 'senders="initiator"') +
        extension(3, 'senders="odd"'),
    );
    assert.deepEqual(headerExtensions, [
      { id: 1, uri: 'urn:x:1', senders: 'both' },
      { id: 2, uri: 'urn:x:2', senders: 'initiator' },
      { id: 3, uri: 'urn:x:3', senders: 'both' },
    ]);
  });

  it('case 8: keeps the order of sources and groups', () => {
    const description = read(
      `<source xmlns="urn:xmpp:jingle:apps:rtp:ssma:0" ssrc="3"><parameter name="cname" value="c"/><parameter name="odd"/></source>
       <source xmlns="urn:xmpp:jingle:apps:rtp:ssma:0" ssrc="1"/>
       <ssrc-group xmlns="urn:xmpp:jingle:apps:rtp:ssma:0" semantics="SIM"><source ssrc="3"/><source ssrc="1"/></ssrc-group>
       <ssrc-group xmlns="urn:xmpp:jingle:apps:rtp:ssma:0" semantics="FID"><source ssrc="3"/><source ssrc="1"/></ssrc-group>
       <ssrc-group xmlns="urn:xmpp:jingle:apps:rtp:ssma:0" semantics="FID"><source ssrc="4294967296"/></ssrc-group>`,
      'video',
    );
    assert.deepEqual(
      description.sources.map((source) => source.ssrc),
      [3, 1],
    );
    assert.deepEqual(description.sourceGroups, [
      { semantics: 'SIM', ssrcs: [3, 1] },
      { semantics: 'FID', ssrcs: [3, 1] },
    ]);
  });

  it('is undefined for media that are no audio or video', () => {
    assert.equal(
      parseDescription(xml('<description xmlns="urn:xmpp:jingle:apps:rtp:1" media="application"/>')),
      undefined,
    );
    assert.equal(parseDescription(xml('<description xmlns="urn:xmpp:jingle:apps:rtp:1"/>')), undefined);
  });
});
