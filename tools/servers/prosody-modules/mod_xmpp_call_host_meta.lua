-- XEP-0156: tells web clients where the WebSocket of this host is, as host-meta and host-meta.json.
local json = require "util.json";
local stanza = require "util.stanza";

module:depends("http");

local websocket_url = module:get_option_string("xmpp_call_websocket_url");
local relation = "urn:xmpp:alt-connections:websocket";

local function host_meta(event)
	event.response.headers.content_type = "application/xrd+xml";
	local document = stanza.stanza("XRD", { xmlns = "http://docs.oasis-open.org/ns/xri/xrd-1.0" })
		:tag("Link", { rel = relation, href = websocket_url });
	return "<?xml version='1.0' encoding='utf-8'?>" .. tostring(document);
end

local function host_meta_json(event)
	event.response.headers.content_type = "application/json";
	return json.encode({ links = { { rel = relation, href = websocket_url } } });
end

module:provides("http", {
	default_path = "/.well-known";
	cors = { enabled = true };
	route = {
		["GET /host-meta"] = host_meta;
		["GET /host-meta.json"] = host_meta_json;
	};
});
