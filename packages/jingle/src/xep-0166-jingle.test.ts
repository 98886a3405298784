import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { buildError } from './iq-error.js';
import { jingle as anyJingle } from './model.testing.js';
import { buildJingle, isRtpContent, parseJingle } from './xep-0166-jingle.js';
import { transmitted, valueOf, xml } from './xml.testing.js';

const read = (text: string) => valueOf(parseJingle(xml(text)));
const faultOf = (text: string) => {
  const result = parseJingle(xml(text));
  assert.equal(result.ok, false);
  return result.error.condition;
};
const jingle = (attributes: string, inner = '') => `<jingle xmlns="urn:xmpp:jingle:1" ${attributes}>${inner}</jingle>`;

describe('XEP-0166', () => {
  it('reads what it built', () => {
    fc.assert(
      fc.property(anyJingle, (value) => {
        assert.deepEqual(valueOf(parseJingle(transmitted(buildJingle(value)))), structuredClone(value));
      }),
      { numRuns: 400 },
    );
  });

  it('refuses elements without action, sid or content name as bad requests', () => {
    assert.equal(faultOf('<jingle xmlns="urn:example" action="session-info" sid="s"/>'), 'bad-request');
    assert.equal(faultOf(jingle('sid="s"')), 'bad-request');
    assert.equal(faultOf(jingle('action="source-add" sid="s"')), 'bad-request');
    assert.equal(faultOf(jingle('action="session-info"')), 'bad-request');
    assert.equal(faultOf(jingle('action="content-add" sid="s"', '<content creator="initiator"/>')), 'bad-request');
    assert.equal(faultOf(jingle('action="content-add" sid="s"')), 'bad-request');
    assert.equal(parseJingle(xml(jingle('action="content-reject" sid="s"'))).ok, true);
    const rejected = '<content creator="initiator" name="a" senders="rejected"/>';
    assert.equal(faultOf(jingle('action="content-add" sid="s"', rejected)), 'bad-request');
    const twice = '<content creator="initiator" name="a"/><content creator="responder" name="a"/>';
    assert.equal(faultOf(jingle('action="content-add" sid="s"', twice)), 'bad-request');
  });

  it('refuses a session-initiate without a content of disposition session', () => {
    const early = '<content creator="initiator" name="a" disposition="early-session"/>';
    assert.equal(faultOf(jingle('action="session-initiate" sid="s"', early)), 'bad-request');
    assert.equal(faultOf(jingle('action="session-initiate" sid="s"')), 'bad-request');
  });

  it('case 49: reads a session-accept with creator responder and senders initiator', () => {
    const accept = read(
      jingle(
        'action="session-accept" sid="s"',
        `<content creator="responder" name="0" senders="initiator">
          <description xmlns="urn:xmpp:jingle:apps:rtp:1" media="audio"/>
          <transport xmlns="urn:xmpp:jingle:transports:ice-udp:1"/>
        </content>`,
      ),
    );
    const [content] = accept.contents;
    assert.ok(content && isRtpContent(content));
    assert.deepEqual([content.creator, content.senders], ['responder', 'initiator']);
  });

  it('case 47: reads several contents with candidates in one transport-info', () => {
    const content = (name: string) => `<content creator="initiator" name="${name}">
      <transport xmlns="urn:xmpp:jingle:transports:ice-udp:1" ufrag="u" pwd="p">
        <candidate component="1" foundation="1" ip="192.0.2.1" port="5000" priority="1" protocol="udp" type="host"/>
        <candidate component="1" foundation="2" ip="192.0.2.2" port="5000" priority="1" protocol="udp" type="host"/>
      </transport></content>`;
    const info = read(jingle('action="transport-info" sid="s"', content('audio') + content('video')));
    const counts = info.contents.map((one) =>
      one.transport && 'candidates' in one.transport ? one.transport.candidates.length : 0,
    );
    assert.deepEqual(counts, [2, 2]);
  });

  it('case 45: names the descriptions and transports that we do not speak', () => {
    const { contents } = read(
      jingle(
        'action="session-initiate" sid="s"',
        `<content creator="initiator" name="file">
          <description xmlns="urn:xmpp:jingle:apps:file-transfer:5"/>
          <transport xmlns="urn:xmpp:jingle:transports:s5b:1"/>
        </content>`,
      ),
    );
    assert.deepEqual(
      contents.map((content) => [content.description, content.transport]),
      [[{ unsupported: 'urn:xmpp:jingle:apps:file-transfer:5' }, { unsupported: 'urn:xmpp:jingle:transports:s5b:1' }]],
    );
  });

  it('compares namespaces, not prefixes', () => {
    const { contents } = read(`
      <jingle xmlns="urn:xmpp:jingle:1" xmlns:r="urn:xmpp:jingle:apps:rtp:1" xmlns:f="urn:xmpp:jingle:apps:rtp:rtcp-fb:0"
              action="content-add" sid="s">
        <content creator="initiator" name="v">
          <r:description media="video">
            <r:payload-type id="96" name="VP8" clockrate="90000"><f:rtcp-fb type="nack" subtype="pli"/></r:payload-type>
            <payload-type xmlns="urn:example" id="97" name="VP9"/>
          </r:description>
        </content>
      </jingle>`);
    const description = contents[0]?.description;
    assert.ok(description && 'payloadTypes' in description);
    assert.deepEqual(
      description.payloadTypes.map((type) => type.id),
      [96],
    );
    assert.deepEqual(description.payloadTypes[0]?.feedback, [{ type: 'nack', subtype: 'pli' }]);
  });

  it('case 69: reads hold, mute with an unknown name and mute without a name', () => {
    const info = (inner: string) => read(jingle('action="session-info" sid="s"', inner)).info;
    assert.deepEqual(info(''), { kind: 'ping' });
    assert.deepEqual(info('<hold xmlns="urn:xmpp:jingle:apps:rtp:info:1"/>'), { kind: 'hold' });
    assert.deepEqual(info('<mute xmlns="urn:xmpp:jingle:apps:rtp:info:1"/>'), { kind: 'mute' });
    assert.deepEqual(info('<mute xmlns="urn:xmpp:jingle:apps:rtp:info:1" name="nobody" creator="somebody"/>'), {
      kind: 'mute',
      name: 'nobody',
    });
    const unsupported = { kind: 'unsupported', namespace: 'urn:xmpp:jingle:transfer:0', name: 'transfer' };
    assert.deepEqual(info('<transfer xmlns="urn:xmpp:jingle:transfer:0" to="x@y"/>'), unsupported);
  });

  it('case 48: a session-terminate may lack its reason', () => {
    assert.equal(read(jingle('action="session-terminate" sid="s"')).reason, undefined);
  });

  it('case 74: reads unknown, underscored and doubled reasons, and a text beside the reason', () => {
    const reason = (inner: string) => read(jingle('action="session-terminate" sid="s"', inner)).reason;
    assert.deepEqual(reason('<reason><no-such-thing/></reason>'), { condition: 'unknown' });
    assert.deepEqual(reason('<reason/>'), { condition: 'unknown' });
    assert.deepEqual(reason('<reason><failed_application/></reason>'), { condition: 'failed-application' });
    assert.deepEqual(reason('<reason><odd/><busy/><decline/></reason>'), { condition: 'busy' });
    assert.deepEqual(reason('<reason><gone/></reason><text> bye </text>'), { condition: 'gone', text: 'bye' });
    assert.deepEqual(reason('<reason><gone/><text>in</text></reason><text>out</text>'), {
      condition: 'gone',
      text: 'in',
    });
    assert.deepEqual(reason('<reason><x xmlns="urn:example"/><timeout/></reason>'), {
      condition: 'timeout',
      application: { namespace: 'urn:example', name: 'x' },
    });
  });

  it('case 54: a failed-application without text is a value like any other', () => {
    const terminate = read(jingle('action="session-terminate" sid="s"', '<reason><failed-application/></reason>'));
    assert.deepEqual(terminate.reason, { condition: 'failed-application' });
  });

  it('never sends an unknown reason', () => {
    const built = buildJingle({
      action: 'session-terminate',
      sid: 's',
      contents: [],
      groups: [],
      reason: { condition: 'unknown' },
    });
    assert.equal(
      built.toString(),
      '<jingle xmlns="urn:xmpp:jingle:1" action="session-terminate" sid="s"><reason><general-error/></reason></jingle>',
    );
  });

  it('builds stanza errors with their application condition', () => {
    const error = buildError({ condition: 'item-not-found', jingle: 'unknown-session', text: 'not shown' });
    assert.equal(
      error.toString(),
      '<error type="cancel"><item-not-found xmlns="urn:ietf:params:xml:ns:xmpp-stanzas"/>' +
        '<unknown-session xmlns="urn:xmpp:jingle:errors:1"/></error>',
    );
  });

  it('keeps what the XEPs allow and no browser reads', () => {
    const element = xml(`
      <jingle xmlns="urn:xmpp:jingle:1" action="session-terminate" sid="s">
        <content creator="initiator" name="0" senders="both">
          <description xmlns="urn:xmpp:jingle:apps:rtp:1" media="audio" ssrc="1234">
            <payload-type id="0" name="PCMU" clockrate="8000">
              <rtcp-fb xmlns="urn:xmpp:jingle:apps:rtp:rtcp-fb:0" type="nack"><parameter name="x"/></rtcp-fb>
            </payload-type>
            <rtp-hdrext xmlns="urn:xmpp:jingle:apps:rtp:rtp-hdrext:0" id="1" uri="urn:example:ext">
              <parameter name="x" value="y"/>
            </rtp-hdrext>
          </description>
        </content>
        <reason><alternative-session><sid>other</sid></alternative-session></reason>
      </jingle>`);
    const jingle = valueOf(parseJingle(element));
    assert.equal(buildJingle(jingle).toString(), element.toString());
    assert.deepEqual(jingle.reason, { condition: 'alternative-session', alternative: 'other' });
  });

  it('keeps the condition of an application beside that of the session', () => {
    const element = xml(`
      <jingle xmlns="urn:xmpp:jingle:1" action="session-terminate" sid="s">
        <reason><security-error/><crypto-required xmlns="urn:xmpp:jingle:apps:rtp:errors:1"/></reason>
      </jingle>`);
    const jingle = valueOf(parseJingle(element));
    assert.equal(buildJingle(jingle).toString(), element.toString());
    assert.equal(jingle.reason?.application?.name, 'crypto-required');
  });
});
