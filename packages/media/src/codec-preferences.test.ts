import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { preferredCodecs } from './codec-preferences.js';

const codec = (mimeType: string, sdpFmtpLine?: string) => ({
  mimeType,
  clockRate: 90_000,
  ...(sdpFmtpLine !== undefined && { sdpFmtpLine }),
});

describe('preferredCodecs', () => {
  it('puts opus first and drops RED and comfort noise', () => {
    const given = ['audio/red', 'audio/PCMU', 'audio/CN', 'audio/telephone-event', 'audio/opus'].map((type) =>
      codec(type),
    );
    const names = preferredCodecs('audio', given).map(({ mimeType }) => mimeType);
    assert.deepEqual(names, ['audio/opus', 'audio/PCMU', 'audio/telephone-event']);
  });

  it('puts VP8 first, keeps one H.264 and the retransmission format', () => {
    const given = [
      codec('video/AV1'),
      codec('video/VP9', 'profile-id=2'),
      codec('video/VP9', 'profile-id=0'),
      codec('video/H264', 'level-asymmetry-allowed=1;packetization-mode=0;profile-level-id=42e01f'),
      codec('video/H264', 'level-asymmetry-allowed=1;packetization-mode=1;profile-level-id=42e01f'),
      codec('video/H264', 'level-asymmetry-allowed=1;packetization-mode=1;profile-level-id=4d001f'),
      codec('video/ulpfec'),
      codec('video/rtx'),
      codec('video/VP8'),
    ];
    const result = preferredCodecs('video', given);
    assert.deepEqual(
      result.map(({ mimeType }) => mimeType),
      ['video/VP8', 'video/H264', 'video/VP9', 'video/AV1', 'video/rtx'],
    );
    assert.match(result[1]?.sdpFmtpLine ?? '', /packetization-mode=1;profile-level-id=42e01f/);
  });

  it('is empty for a browser without any of our codecs', () => {
    assert.deepEqual(preferredCodecs('video', [codec('video/theora')]), []);
  });
});
