import type { Locale } from './strings.js';

const en: Locale = {
  code: 'en',
  strings: {
    callWith: (name) => `Call with ${name}`,
    states: {
      calling: 'Calling…',
      ringing: 'Ringing…',
      incoming: 'Incoming call',
      connecting: 'Connecting…',
      active: 'Connected',
      reconnecting: 'Reconnecting…',
      ended: 'Call ended',
    },
    held: 'On hold',
    newMessages: (count) => (count === 1 ? 'New message' : `${count} new messages`),
    heldCall: (name) => `${name} is on hold.`,
    answerSecond: 'Hold and answer',
    swap: 'Switch calls',
    youShare: 'The other side sees your screen.',
    stopSharing: 'Stop sharing',
    youHold: 'You put this call on hold: nobody hears the other.',
    resume: 'Resume',
    visitor: 'Visitor',
    allowMicrophone: 'Please allow the microphone if your browser asks.',
    allowMicrophoneAndCamera: 'Please allow the microphone and camera if your browser asks.',
    duration: 'Duration',
    stillCalling: 'Still calling… nobody has answered yet.',
    nothingArrives: 'Connected. Nothing arrives from the other side.',
    remoteVideo: (name) => `Video of ${name}`,
    selfView: 'Your own video',

    mute: 'Mute',
    camera: 'Camera',
    hangUp: 'Hang up',
    more: 'More',
    minimize: 'Minimize',
    showCall: 'Show call',
    hear: 'Tap to hear the other side',
    dismiss: 'Dismiss',
    close: 'Close',
    retry: 'Try again',
    callAgain: 'Call again',
    done: 'Done',

    remoteMuted: (name) => `${name} is muted.`,
    remoteCameraOff: (name) => `${name} turned the camera off.`,
    signalingReconnecting: 'Connection to the server lost. The call goes on.',

    remoteHungUp: (name) => `${name} hung up.`,
    lasted: (duration) => `You talked for ${duration}.`,
    answeredElsewhere: 'Answered on another device',

    incomingVideo: 'Incoming video call',
    incomingFrom: (name) => `Incoming call from ${name}`,
    answer: 'Answer',
    answerWithVideo: 'With video',
    decline: 'Decline',
    silence: 'Silence ringing',
    answering: 'Answering…',

    signInTitle: 'Sign in to take calls',
    signInHelp: 'Calls ring here while you are signed in.',
    address: 'XMPP address',
    addressHint: 'name@example.org',
    password: 'Password',
    signIn: 'Sign in',
    signingIn: 'Signing in…',
    signOut: 'Sign out',
    addressMissing: 'Enter your address, for example name@example.org.',
    passwordMissing: 'Enter your password.',

    ready: 'Ready for calls',
    readyHelp: 'Keep this page open. It rings when somebody calls.',
    offline: 'Not connected',
    missedCall: (name, time) => `Missed call from ${name}, ${time}`,
    answeredElsewhereCall: (name, time) => `Call from ${name} answered on another device, ${time}`,

    errors: {
      'invalid-address': {
        title: 'This address cannot be called',
        advice: 'It is not written correctly. Please tell the owner of this page.',
      },
      'invalid-state': { title: 'That is not possible right now', advice: 'Close this, then try again.' },
      'version-mismatch': { title: 'This page is out of date', advice: 'Reload the page, then try again.' },
      'signaling-unreachable': {
        title: 'The call server cannot be reached',
        advice: 'Check your internet connection, then try again. A firewall or ad blocker may be in the way.',
      },
      'signaling-lost': {
        title: 'The connection to the server was lost',
        advice: 'Check your internet connection, then try again.',
      },
      'auth-failed': { title: 'Sign-in was refused', advice: 'Check the address and the password.' },
      'callee-unknown': { title: 'This address does not exist', advice: 'Please tell the owner of this page.' },
      'callee-unavailable': { title: 'Nobody is available right now', advice: 'Please try again later.' },
      declined: { title: 'The call was declined', advice: 'You can try again later.' },
      busy: { title: 'The line is busy', advice: 'The other side is in another call. Please try again later.' },
      'callee-being-called': {
        title: 'Somebody else is calling right now',
        advice: 'The line is free again in a moment. Please try again.',
      },
      'no-answer': { title: 'No answer', advice: 'Nobody picked up. You can try again.' },
      'connectivity-failed': {
        title: 'Unable to connect the call',
        advice:
          'The network on one side blocks calls. Try again on another network, for example mobile data, or without a VPN.',
      },
      'turn-missing': {
        title: 'Unable to connect the call',
        advice:
          'Your network needs a relay, and this site offers none. Try again on another network, for example mobile data.',
      },
      'connection-lost': {
        title: 'The connection was lost',
        advice: 'The network of one side failed during the call. Check your internet connection, then call again.',
      },
      'security-failed': {
        title: 'The call was not secure',
        advice: 'The other side does not encrypt calls as required.',
      },
      incompatible: {
        title: 'The two apps do not understand each other',
        advice: 'The other side may need another app or an update.',
      },
      'peer-failed': { title: 'The call failed on the other side', advice: 'You can try again.' },
      'permission-denied': {
        title: 'The microphone or camera is blocked',
        advice: 'Allow it in your browser’s address bar or settings, then try again.',
      },
      'forbidden-by-page': {
        title: 'This page does not allow the microphone or camera',
        advice: 'The page itself forbids it; your browser’s settings do not help. Please tell the owner of this page.',
      },
      'device-not-found': { title: 'No microphone or camera found', advice: 'Connect one, then try again.' },
      'device-in-use': {
        title: 'The microphone or camera is in use',
        advice: 'Close other programs that use it, then try again.',
      },
      'insecure-context': { title: 'Calls need a secure page', advice: 'Open this page with https:// in its address.' },
      'browser-unsupported': {
        title: 'This browser cannot make calls',
        advice: 'Please use a current Firefox, Chrome, Edge or Safari.',
      },
      'media-failed': { title: 'Sound or video failed', advice: 'Restart your browser, then try again.' },
      'worker-failed': {
        title: 'The call could not be started',
        advice: 'A part of this page did not load. Reload the page, then try again.',
      },
      internal: { title: 'Something went wrong', advice: 'Reload the page, then try again.' },
    },
    anonymousRefused: {
      title: 'The call server did not let you in',
      advice: 'It accepts no visitors right now. Please tell the owner of this page.',
    },
    deviceErrors: {
      microphone: {
        'permission-denied': {
          title: 'The microphone is blocked',
          advice: 'Allow it in your browser’s address bar or settings, then try again.',
        },
        'forbidden-by-page': {
          title: 'This page does not allow the microphone',
          advice:
            'The page itself forbids it; your browser’s settings do not help. Please tell the owner of this page.',
        },
        'device-not-found': { title: 'No microphone found', advice: 'Connect one, then try again.' },
        'device-in-use': {
          title: 'The microphone is in use',
          advice: 'Close other programs that use it, then try again.',
        },
      },
      camera: {
        'permission-denied': {
          title: 'The camera is blocked',
          advice: 'Allow it in your browser’s address bar or settings, then try again.',
        },
        'forbidden-by-page': {
          title: 'This page does not allow the camera',
          advice:
            'The page itself forbids it; your browser’s settings do not help. Please tell the owner of this page.',
        },
        'device-not-found': { title: 'No camera found', advice: 'Connect one, then try again.' },
        'device-in-use': { title: 'The camera is in use', advice: 'Close other programs that use it, then try again.' },
      },
    },
    callGoesOn: {
      microphone: 'The call goes on, but nobody hears you.',
      camera: 'The call goes on without your picture.',
    },
  },
};

export default en;
