/** All that the element takes; tests/tools/packages.test.ts compares the names with the manifest. */
import type { ClientFactory } from '@xmpp-call/element';
import type {} from '@xmpp-call/element/types/react.js';

declare const clientFactory: ClientFactory;

export const button = (
  <xmpp-call
    service="wss://xmpp.example.org/xmpp-websocket"
    domain="guest.example.org"
    to="support@example.org"
    mode="visitor"
    video
    label="Call us"
    callee-name="Support"
    ring-timeout={30}
    ice-transport-policy="relay"
    worker-src="/signaling.worker.js"
    media-core="auto"
    silent
    refuse-plain
    multiple-calls
    transfers="ask"
    tones="auto"
    chat="on"
    remember-devices
    release-microphone
    max-calls={2}
    iceServers={[{ urls: 'stun:stun.example.org' }]}
    strings={undefined}
    clientFactory={clientFactory}
    lang="de"
    ref={(element) => element?.hangUp()}
    onxmpp-call-request={(event) => event.preventDefault()}
    onxmpp-call-state-change={({ state }) => console.log(state)}
    onxmpp-call-incoming={({ call }) => void call.accept()}
    onxmpp-call-error={({ error }) => console.log(error.code)}
    onxmpp-call-quality={(event) => console.log(event.type)}
    onxmpp-call-ended={({ call, reason }) => console.log(call.id, reason)}
  />
);

// @ts-expect-error -- there is no attribute for a password
export const refused = <xmpp-call password="" />;
// @ts-expect-error -- not one of the two modes
export const refusedMode = <xmpp-call mode="caller" />;
