/** Reports of real calls in Chromium and Firefox. */
import { expect } from '@esm-bundle/chai';
import { establish, showsPicture } from '../scenario.testing.js';
import { buildReport } from './build-report.js';

const SERVER = { urls: 'turn:127.0.0.1:40009?transport=udp', username: 'SECRET-NAME', credential: 'SECRET-WORD' };

describe('the report of a call', () => {
  it('has path, codecs and the ICE log, also after the end, and nothing to log in with', async () => {
    const { outgoing, answered, dispose } = await establish({ iceServers: [SERVER] });
    await showsPicture(answered.remoteStream);
    const statistics = await answered.getStatistics();
    outgoing.hangUp();
    await dispose();
    const { iceLog } = answered;
    const report = buildReport({ call: answered, statistics, iceLog });
    expect(report.path?.kind).to.equal('direct');
    expect(report.streams.map(({ codec }) => codec?.toLowerCase())).to.include.members(['audio/opus', 'video/vp8']);
    const kinds = report.ice.events?.map(({ kind }) => kind);
    expect(kinds).to.include.members([
      'servers',
      'local-candidate',
      'remote-candidate',
      'ice-state',
      'connection-state',
    ]);
    const text = JSON.stringify(report);
    expect(text).to.not.match(/SECRET|ufrag|fingerprint|a=/);
    expect(text).to.include(SERVER.urls);
    expect(JSON.parse(text)).to.deep.equal(report);
  });
});
