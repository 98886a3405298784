import type { Parameter, PayloadType, RtpContent } from '../model.js';
import { codecOf, inPreferredOrder, isOddH264, parameterOf } from './codecs.js';

/**
 * What we leave out toward peers, because some implementation fails on it and none needs it: keyless format parameters
 * and parameters without value, codecs that cannot do without those (red for audio), all but one of the many H.264
 * profiles, source parameters beyond `cname` and `msid`, candidates (they travel one by one).
 */
export function conservative(content: RtpContent): RtpContent {
  const { description, transport } = content;
  const { media } = description;
  const kept = withoutVariants(inPreferredOrder(description.payloadTypes));
  const payloadTypes = kept
    .filter((type) => media === 'video' || codecOf(type) !== 'red')
    .map((type): PayloadType => ({ ...type, parameters: type.parameters.filter(isSafe) }));
  const sources = description.sources.map(({ ssrc, parameters }) => ({
    ssrc,
    parameters: parameters.filter(({ name, value }) => /^(cname|msid)$/.test(name) && value !== ''),
  }));
  return {
    ...content,
    // Reduced-size RTCP has no element in XEP-0167.
    description: { ...description, payloadTypes, sources, rtcpRsize: false },
    transport: { ...transport, candidates: [], iceOptions: ['trickle'] },
  };
}

/** Constrained baseline stands for all of H.264 where it is offered: browsers list six profiles, each with its own rtx. */
function withoutVariants(types: readonly PayloadType[]): readonly PayloadType[] {
  const odd = types.filter(isOddH264);
  if (!types.some((type) => codecOf(type) === 'h264' && !odd.includes(type))) return types;
  const ids = odd.map((type) => String(type.id));
  return types.filter((type) => !odd.includes(type) && !ids.includes(parameterOf(type, 'apt') ?? ''));
}

function isSafe({ name, value }: Parameter): boolean {
  return /^\S+$/.test(name) && /^\S+$/.test(value);
}
