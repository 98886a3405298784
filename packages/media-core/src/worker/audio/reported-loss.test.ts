import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { ReportedLoss } from './reported-loss.js';

describe('reported loss', () => {
  it('is unknown before the first report', () => {
    assert.equal(new ReportedLoss().update(undefined, 0), undefined);
  });

  it('rises at once and decays slowly', () => {
    const loss = new ReportedLoss();
    assert.equal(loss.update(0, 0), 0);
    assert.equal(loss.update(0.2, 5000), 0.2);
    for (let now = 5100; now <= 15_000; now += 100) loss.update(0, now);
    const later = loss.update(0, 15_000) ?? assert.fail();
    assert.ok(later > 0.05 && later < 0.1, `${later}`);
    assert.equal(loss.update(undefined, 16_000), later);
  });
});
