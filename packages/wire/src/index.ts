export * from './codec.js';
export * from './gen/xmpp_call/v1/signaling_pb.js';
export { randomUuid } from './random-uuid.js';
