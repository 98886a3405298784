import assert from 'node:assert/strict';
import { DINO_HZ, PAGE_COLOUR, PAGE_HZ, stage } from './stage.js';

const play = stage('visitor-calls-dino', 'visitor');

play('a visitor calls with video, both hear and see each other, the visitor hangs up', async ({ dino, page }) => {
  await page.startCall({ video: true });
  await dino.answerIncoming();
  await page.reaches('active');
  await Promise.all([dino.playedTone(PAGE_HZ), page.hears(DINO_HZ)]);
  await Promise.all([dino.videoSeen(PAGE_COLOUR), page.seesColourBars()]);

  await page.press('hang-up');
  await page.reaches('ended');
  assert.deepEqual(await page.outcome(), { state: 'ended', endReason: 'local-hang-up' });
  await dino.callWindowGone();
});

play('a visitor sends with the media core, Dino decodes it', async ({ dino, page }) => {
  await page.startCall({ video: true, mediaCore: 'wasm' });
  await dino.answerIncoming();
  await page.reaches('active');
  await page.takes({
    ...{ 'audio.send': 'wasm', 'video.send': 'wasm' },
    ...{ 'audio.receive': 'foreign-peer', 'video.receive': 'foreign-peer' },
  });
  await Promise.all([dino.playedTone(PAGE_HZ), page.hears(DINO_HZ)]);
  await Promise.all([dino.videoSeen(PAGE_COLOUR), page.seesColourBars()]);

  await page.press('hang-up');
  await page.reaches('ended');
  await dino.callWindowGone();
});

play('a visitor calls without video, both hear each other, Dino hangs up', async ({ dino, page }) => {
  await page.startCall({ video: false });
  await dino.answerIncoming();
  await page.reaches('active');
  await Promise.all([dino.playedTone(PAGE_HZ), page.hears(DINO_HZ)]);

  await dino.click('hangup');
  await page.reaches('ended');
  assert.deepEqual(await page.outcome(), { state: 'ended', endReason: 'remote-hang-up' });
});

play('Dino declines', async ({ dino, page }) => {
  await page.startCall({ video: false });
  await dino.declineIncoming();
  await page.reaches('ended');
  assert.deepEqual(await page.outcome(), { state: 'ended', endReason: 'error', error: 'declined' });
});

play('the visitor hangs up while Dino rings, and Dino stops ringing', async ({ dino, page }) => {
  await page.startCall({ video: true });
  await dino.incomingCall();
  await page.press('hang-up');
  await dino.remembers('missed');
});

play('Dino turns its camera on in a call without video, and the visitor sees it', async ({ dino, page }) => {
  await page.startCall({ video: false });
  await dino.answerIncoming();
  await page.hears(DINO_HZ);

  await dino.click('cam');
  await page.seesColourBars();
  await page.hears(DINO_HZ);
});

play('the visitor turns the camera on in a call without video, and Dino shows it', async ({ dino, page }) => {
  await page.startCall({ video: false });
  await dino.answerIncoming();
  await dino.playedTone(PAGE_HZ);

  await page.press('camera');
  await dino.videoSeen(PAGE_COLOUR);
  await dino.playedTone(PAGE_HZ);
});
