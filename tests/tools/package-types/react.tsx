import type {} from '@xmpp-call/element/types/react.js';

export const button = (
  <xmpp-call
    domain="guest.example.org"
    to="support@example.org"
    mode="visitor"
    video
    callee-name="Support"
    ring-timeout={30}
    ice-transport-policy="relay"
    media-core="auto"
    lang="de"
    ref={(element) => element?.hangUp()}
    onxmpp-call-ended={({ call, reason }) => console.log(call.id, reason)}
  />
);

// @ts-expect-error -- there is no attribute for a password
export const refused = <xmpp-call password="" />;
// @ts-expect-error -- not one of the two modes
export const refusedMode = <xmpp-call mode="caller" />;
