/** What page and peer are told of the contents of a call. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { bare, content } from './jingle.testing.js';
import type { LocalMute } from './page-events.js';
import { PEER, Peer, SID, Scenario } from './scenario.testing.js';
import { AUDIO, AUDIO_VIDEO, sdp } from './sdp.testing.js';

const TWO_VIDEOS = [...AUDIO_VIDEO, { mid: '2', kind: 'video' } as const];

describe('the contents of a call', () => {
  it('tells the page what the session has agreed on, and again when that changes', async () => {
    const scenario = new Scenario();
    const sections = [...AUDIO_VIDEO, { mid: '2', kind: 'video', direction: 'recvonly' } as const];
    const peer = await scenario.callAndTalk(sections);
    const facts = () =>
      scenario.remote().contents.map(({ mid, kind, source, senders }) => [mid, kind, source, senders]);
    assert.deepEqual(facts(), [
      ['0', 'audio', 'microphone', 'both'],
      ['1', 'video', 'camera', 'both'],
      ['2', 'video', undefined, 'none'],
    ]);
    const told = scenario.count('remoteInfo');
    assert.equal(told, 1);
    await peer.say({ action: 'content-remove', contents: [bare('1')] });
    const left = sections.map((section) => ({ ...section, rejected: section.mid === '1' }));
    scenario.calls.localDescription(SID, 'answer', sdp({ sections: left, setup: 'active' }));
    assert.deepEqual(
      facts().map(([mid]) => mid),
      ['0', '2'],
    );
    assert.equal(scenario.count('remoteInfo'), 2);
  });

  it('tells the peer of hold and of its end, once each, and keeps mute over it', async () => {
    const scenario = new Scenario();
    await scenario.callAndTalk();
    scenario.sent();
    scenario.calls.setContentsMuted(SID, [{ mid: '0', source: 'microphone', muted: true }]);
    for (const held of [true, true, false, false]) scenario.calls.setHeld(SID, held);
    assert.deepEqual(
      scenario.sent().map((line) => /mute|unhold|hold/.exec(line)?.[0]),
      ['mute', 'hold', 'unhold'],
    );
  });

  it('tells of a hold that was wanted before the session stands once it does', async () => {
    const scenario = new Scenario();
    await scenario.call();
    scenario.calls.setHeld(SID, true);
    await scenario.message({ kind: 'proceed', id: SID });
    assert.ok(!scenario.sent().some((line) => line.includes('hold')));
    const peer = new Peer(scenario, 'responder');
    await peer.accept(AUDIO);
    assert.deepEqual(scenario.jingle('session-info').info, { kind: 'hold' });
  });

  it('keeps two holds apart, one of each side', async () => {
    const scenario = new Scenario();
    const peer = await scenario.callAndTalk();
    scenario.calls.setHeld(SID, true);
    await peer.say({ action: 'session-info', info: { kind: 'hold' } });
    assert.equal(scenario.remote().held, true);
    scenario.calls.setHeld(SID, false);
    assert.equal(scenario.remote().held, true);
    await peer.say({ action: 'session-info', info: { kind: 'unhold' } });
    assert.equal(scenario.remote().held, false);
  });

  it('tells the page only of what changes of hold: no unhold of what is not held, one hold of many', async () => {
    const scenario = new Scenario();
    const peer = await scenario.callAndTalk();
    const told = scenario.count('remoteInfo');
    await peer.say({ action: 'session-info', info: { kind: 'unhold' } });
    assert.equal(scenario.count('remoteInfo'), told);
    for (let count = 0; count < 100; count += 1) await peer.say({ action: 'session-info', info: { kind: 'hold' } });
    assert.equal(scenario.count('remoteInfo'), told + 1);
    assert.equal(scenario.remote().held, true);
  });

  it('keeps two videos apart that the peer mutes', async () => {
    const scenario = new Scenario();
    const peer = await scenario.callAndTalk(TWO_VIDEOS);
    const say = async (kind: 'mute' | 'unmute', name?: string) => {
      await peer.say({ action: 'session-info', info: { kind, ...(name && { name, creator: 'initiator' }) } });
      return scenario.remote().contents.flatMap(({ mid, muted }) => (muted ? [mid] : []));
    };
    assert.deepEqual(await say('mute', '2'), ['2']);
    assert.deepEqual(await say('mute', '1'), ['1', '2']);
    assert.deepEqual(await say('unmute', '2'), ['1']);
    assert.deepEqual(await say('mute'), ['0', '1', '2']);
    assert.deepEqual(await say('unmute'), []);
  });

  it('knows nothing of the mute of a content that was removed, once another one has its name', async () => {
    const scenario = new Scenario();
    const peer = await scenario.callAndTalk();
    const answer = (mids: readonly string[], removed: readonly string[] = []) => {
      const videos = mids.map((mid) => ({ mid, kind: 'video' as const, rejected: removed.includes(mid) }));
      scenario.calls.localDescription(SID, 'answer', sdp({ sections: [...AUDIO, ...videos], setup: 'active' }));
    };
    await peer.say({ action: 'content-add', contents: [content('v', { media: 'video', ufrag: 'vvvv' })] });
    answer(['v']);
    await peer.say({ action: 'session-info', info: { kind: 'mute', name: 'v', creator: 'initiator' } });
    const camera = { mid: 'v', source: 'camera', muted: true } as const;
    scenario.calls.setContentsMuted(SID, [camera]);
    await peer.say({ action: 'content-remove', contents: [bare('v')] });
    answer(['v'], ['v']);
    await peer.say({ action: 'content-add', contents: [content('v', { media: 'video', ufrag: 'wwww' })] });
    const mid = [...(scenario.descriptions().at(-1)?.sdp ?? '').matchAll(/^a=mid:(\S+)/gm)].at(-1)?.[1] ?? '';
    scenario.sent();
    answer(['v', mid], ['v']);
    assert.deepEqual(
      scenario.remote().contents.map((one) => [one.mid, one.muted]),
      [
        ['0', false],
        [mid, false],
      ],
    );
    assert.deepEqual(scenario.sent(), [`content-accept > ${PEER}`, `session-info mute > ${PEER}`]);
  });

  it('mutes one of two videos of ours by its mid, and by its source where there is none', async () => {
    const scenario = new Scenario();
    await scenario.callAndTalk(TWO_VIDEOS);
    const mute = (contents: readonly LocalMute[]) => {
      scenario.sent();
      scenario.calls.setContentsMuted(SID, contents);
      return scenario.sent().length > 0 ? scenario.jingle('session-info').info : undefined;
    };
    const screen = { mid: '2', source: 'screen', muted: true } as const;
    assert.deepEqual(mute([screen]), { kind: 'mute', name: '2', creator: 'initiator' });
    const camera = { mid: '', source: 'camera', muted: true } as const;
    assert.deepEqual(mute([camera, screen]), { kind: 'mute', name: '1', creator: 'initiator' });
    assert.deepEqual(mute([camera, { ...screen, muted: false }]), { kind: 'unmute', name: '2', creator: 'initiator' });
    assert.equal(mute([{ mid: '7', source: 'screen', muted: true }]), undefined);
    assert.deepEqual(mute([{ ...camera, mid: '7', muted: false }]), {
      kind: 'unmute',
      name: '1',
      creator: 'initiator',
    });
  });

  it('names contents to the page by their mids, and to the peer by their names', async () => {
    const scenario = new Scenario();
    const peer = await scenario.callAndTalk();
    await peer.say({ action: 'content-add', contents: [content('my camera', { media: 'video', ufrag: 'vvvv' })] });
    const offer = scenario.descriptions().at(-1)?.sdp ?? '';
    const mid = [...offer.matchAll(/^a=mid:(\S+)/gm)].at(-1)?.[1] ?? '';
    assert.notEqual(mid, 'my camera');
    const sections = [...AUDIO, { mid, kind: 'video' } as const];
    scenario.calls.localDescription(SID, 'answer', sdp({ sections, setup: 'active' }));
    await peer.say({ action: 'session-info', info: { kind: 'mute', name: 'my camera', creator: 'initiator' } });
    assert.deepEqual(scenario.remote().contents.at(-1), {
      mid,
      kind: 'video',
      source: 'camera',
      senders: 'both',
      muted: true,
    });
    scenario.calls.setContentsMuted(SID, [{ mid, source: 'camera', muted: true }]);
    assert.deepEqual(scenario.jingle('session-info').info, { kind: 'mute', name: 'my camera', creator: 'initiator' });
  });
});
