import type { Parameter, PayloadType, RtpContent, RtpDescription, Source } from '../model.js';
import { inPreferredOrder, isUsualH264, parameterOf } from './codecs.js';

/**
 * What we leave out toward peers, because some implementation fails on it and none needs it: keyless format parameters
 * and parameters without value, codecs that cannot do without those (red for audio), all but one of the many H.264
 * profiles, source parameters beyond `cname` and `msid`, candidates (they travel one by one).
 */
export function conservative(content: RtpContent): RtpContent {
  const { description, transport } = content;
  return {
    ...content,
    description: conservativeDescription(description),
    transport: { ...transport, candidates: [], iceOptions: ['trickle'] },
  };
}

function conservativeDescription(description: RtpDescription): RtpDescription {
  const kept = withoutVariants(inPreferredOrder(description));
  const payloadTypes = kept
    .filter((type) => !(description.media === 'audio' && type.name.toLowerCase() === 'red'))
    .map((type): PayloadType => ({ ...type, parameters: type.parameters.filter(isSafe) }));
  // Reduced-size RTCP has no element in XEP-0167.
  return { ...description, payloadTypes, sources: description.sources.map(conservativeSource), rtcpRsize: false };
}

/** Constrained baseline stands for all of H.264 where it is offered: browsers list six profiles, each with its own rtx. */
function withoutVariants(types: readonly PayloadType[]): readonly PayloadType[] {
  if (!types.some(isUsualH264)) return types;
  const dropped = new Set<number>();
  for (const type of types) if (type.name.toLowerCase() === 'h264' && !isUsualH264(type)) dropped.add(type.id);
  return types.filter((type) => !dropped.has(type.id) && !dropped.has(Number(parameterOf(type, 'apt'))));
}

function isSafe(parameter: Parameter): boolean {
  return parameter.name !== '' && parameter.value !== '' && !/\s/.test(parameter.name) && !/\s/.test(parameter.value);
}

function conservativeSource(source: Source): Source {
  const parameters = source.parameters.filter(
    (one) => (one.name === 'cname' || one.name === 'msid') && one.value !== '',
  );
  return { ssrc: source.ssrc, parameters };
}
