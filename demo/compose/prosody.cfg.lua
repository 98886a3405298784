-- For compose.yaml: the published ports are on the host's loopback only.
plugin_paths = { "/etc/prosody/modules" }
interfaces = { "*" }
c2s_ports = { 5222 }
http_ports = { 5280 }
http_interfaces = { "*" }
https_ports = { }
s2s_ports = { }
http_default_host = "xmpp.localhost"
http_cors_override = { websocket = { enabled = true } }
xmpp_call_websocket_url = "ws://127.0.0.1:5290/xmpp-websocket"
consider_websocket_secure = true
c2s_require_encryption = false
allow_unencrypted_plain_auth = true
limits = { }
storage = "internal"
modules_enabled = {
  "disco", "roster", "saslauth", "blocklist", "bookmarks", "carbons", "pep", "private", "smacks", "vcard4", "vcard_legacy",
  "csi_simple", "ping", "time", "version", "mam", "offline", "turn_external", "websocket", "xmpp_call_host_meta"
}
modules_disabled = { "s2s" }
turn_external_host = "127.0.0.1"
turn_external_port = 3488
turn_external_secret = "loopback-only"
turn_external_tcp = true
log = { info = "*console" }

VirtualHost "xmpp.localhost"
  authentication = "internal_plain"

VirtualHost "guest.localhost"
  authentication = "anonymous"
  modules_disabled = { "mam", "offline" }
  modules_enabled = { "xmpp_call_anonymous_resume" }

Component "conference.xmpp.localhost" "muc"
