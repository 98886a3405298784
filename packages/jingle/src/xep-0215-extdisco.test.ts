import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import {
  buildCredentialsRequest,
  buildServicesRequest,
  mergeServices,
  needsCredentials,
  parseExternalServices,
  toIceServers,
} from './xep-0215-extdisco.js';
import { NS } from './namespaces.js';
import { valueOf, xml } from './xml.testing.js';

const read = (services: string, namespace: string = NS.extdisco2) =>
  valueOf(parseExternalServices(xml(`<services xmlns="${namespace}">${services}</services>`)));
const urls = (services: string, now = 0) => toIceServers(read(services), { now }).map((server) => server.url);
const AUTH = 'username="u" password="p"';

describe('XEP-0215', () => {
  it('case 75: STUN has no transport, TURN without credentials is dropped', () => {
    assert.deepEqual(urls('<service type="stun" host="s.example" port="3478" transport="udp"/>'), [
      'stun:s.example:3478',
    ]);
    assert.deepEqual(urls('<service type="turn" host="t.example" port="3478" transport="udp"/>'), []);
    assert.deepEqual(urls('<service type="turns" host="t.example" port="5349" transport="tcp" username="u"/>'), []);
    const turn = toIceServers(read(`<service type="turn" host="t.example" port="3478" transport="UDP" ${AUTH}/>`), {
      now: 0,
    });
    assert.deepEqual(turn, [{ url: 'turn:t.example:3478?transport=udp', username: 'u', credential: 'p' }]);
  });

  it('case 75: TLS over UDP and unknown transports are dropped, TLS defaults to TCP', () => {
    assert.deepEqual(urls(`<service type="turns" host="t.example" transport="udp" ${AUTH}/>`), []);
    assert.deepEqual(urls('<service type="stuns" host="t.example" transport="udp"/>'), []);
    assert.deepEqual(urls('<service type="stun" host="t.example" transport="tcp"/>'), []);
    assert.deepEqual(urls(`<service type="turn" host="t.example" transport="sctp" ${AUTH}/>`), []);
    assert.deepEqual(urls(`<service type="turns" host="t.example" ${AUTH}/>`), ['turns:t.example?transport=tcp']);
    assert.deepEqual(urls('<service type="ftp" host="f.example"/>'), []);
  });

  it('case 75: IPv6 stands in brackets, and what is no host is dropped', () => {
    assert.deepEqual(urls('<service type="stun" host="2001:db8::1" port="3478"/>'), ['stun:[2001:db8::1]:3478']);
    assert.deepEqual(urls('<service type="stun" host="[2001:db8::1]"/>'), ['stun:[2001:db8::1]']);
    assert.deepEqual(
      urls('<service type="stun" host="a?b=c"/><service type="stun" host="a/b"/><service type="stun" host="a b"/>'),
      [],
    );
    assert.deepEqual(urls('<service type="stun" host="a" port="99999"/>'), ['stun:a']);
  });

  it('case 76: expired credentials are dropped', () => {
    const service = `<service type="turn" host="t.example" expires="2026-11-20T09:00:00Z" ${AUTH}/>`;
    const expiry = Date.UTC(2026, 10, 20, 9);
    assert.equal(read(service)[0]?.expires, expiry);
    assert.equal(urls(service, expiry - 1).length, 1);
    assert.equal(urls(service, expiry).length, 0);
  });

  it('case 77: reads version 1 of the protocol', () => {
    assert.equal(read('<service type="stun" host="s.example"/>', NS.extdisco1).length, 1);
    assert.equal(buildServicesRequest(NS.extdisco1).toString(), '<services xmlns="urn:xmpp:extdisco:1"/>');
    assert.equal(parseExternalServices(xml('<services xmlns="urn:example"/>')).ok, false);
  });

  it('gives at most five servers, without repetition, relays first, and keeps a STUN server', () => {
    const turns = Array.from({ length: 8 }, (_, index) => `<service type="turn" host="t${index}.example" ${AUTH}/>`);
    const many = urls(['<service type="stun" host="s.example"/>', ...turns, ...turns].join(''));
    assert.equal(many.length, 5);
    assert.equal(many[4], 'stun:s.example');
    assert.equal(new Set(many).size, 5);
  });

  it('asks for the credentials of restricted services', () => {
    const [open, closed] = read(
      `<service type="turn" host="a" restricted="1" ${AUTH}/><service type="turn" host="b" port="1" restricted="true"/>`,
    );
    assert.ok(open && closed);
    assert.deepEqual([needsCredentials(open), needsCredentials(closed)], [false, true]);
    assert.equal(
      buildCredentialsRequest(closed).toString(),
      '<credentials xmlns="urn:xmpp:extdisco:2"><service host="b" type="turn" port="1"/></credentials>',
    );
  });

  it('completes the services that credentials are given for', () => {
    const known = read(
      '<service type="turn" host="t" port="1" transport="udp" restricted="1"/><service type="turn" host="t" port="2" transport="tcp" restricted="1"/>',
    );
    const answer = valueOf(
      parseExternalServices(
        xml(`<credentials xmlns="urn:xmpp:extdisco:2"><service type="turn" host="t" port="2" ${AUTH}/></credentials>`),
      ),
    );
    assert.deepEqual(toIceServers(mergeServices(known, answer), { now: 0 }), [
      { url: 'turn:t:2?transport=tcp', username: 'u', credential: 'p' },
    ]);
  });

  it('merges pushes: add, modify, remove and delete', () => {
    const known = read('<service type="stun" host="a"/><service type="stun" host="b"/><service type="stun" host="c"/>');
    const push = read(
      `<service action="remove" type="stun" host="a"/><service action="delete" type="stun" host="b"/>
       <service action="modify" type="stun" host="c" name="third"/><service action="add" type="stun" host="d"/>`,
    );
    const merged = mergeServices(known, push);
    assert.deepEqual(
      merged.map((service) => [service.host, service.name]),
      [
        ['c', 'third'],
        ['d', undefined],
      ],
    );
  });
});
